from . import b2b_explain
