from . import b2b_explain, b2b_refusal
