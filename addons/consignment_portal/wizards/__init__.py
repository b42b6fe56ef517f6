from . import consignment_rejection
