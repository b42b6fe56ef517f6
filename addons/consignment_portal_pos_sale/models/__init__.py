from . import consignment_sale
