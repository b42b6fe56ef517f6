from . import consignment_label_print
