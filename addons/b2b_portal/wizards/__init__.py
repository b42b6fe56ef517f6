from . import b2b_application_decline, b2b_explain, b2b_invitation_send, b2b_refusal
