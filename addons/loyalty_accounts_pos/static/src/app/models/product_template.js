import { patch } from "@web/core/utils/patch";
import { ProductTemplate } from "@point_of_sale/app/models/product_template";

patch(ProductTemplate.prototype, {
    /**
     * Percentage that the pricelist takes off this product's price; 0 for other kinds of rules.
     *
     * The rule is chosen as `getPrice` chooses it, which keeps it to itself.
     */
    getLoyaltyPricelistPercent(pricelist, quantity, variant) {
        if (!pricelist) {
            return 0;
        }
        const ofPricelist = (rule) => rule.pricelist_id.id === pricelist.id;
        const byQuantity = (a, b) => b.min_quantity - a.min_quantity;
        const ofProduct = (variant?.backLink?.("<-product.pricelist.item.product_id") || [])
            .filter(ofPricelist)
            .sort(byQuantity);
        const ofTemplate = (this.backLink("<-product.pricelist.item.product_tmpl_id") || [])
            .filter((rule) => ofPricelist(rule) && !rule.product_id)
            .sort(byQuantity);
        const ids = new Set([...ofProduct, ...ofTemplate].map((rule) => rule.id));
        const rule = this.models["product.pricelist.item"]
            .readMany([...ids, ...pricelist.getGeneralRulesIdsByCategories(this.parentCategories)])
            .find((item) => !item.min_quantity || item.min_quantity <= quantity);
        return rule?.compute_price === "percentage" ? rule.percent_price : 0;
    },
});
