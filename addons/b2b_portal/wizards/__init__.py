from . import b2b_refusal
