from . import consignment_label_print, consignment_rejection
