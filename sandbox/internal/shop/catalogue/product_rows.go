package catalogue

// metaRows says for which of WooCommerce's own meta keys a product has a row of wp_postmeta. A client can notice rows
// in two ways: they use up the ids of meta_data entries, and price filters find only products with a row of _price.
type metaRows uint64

// The meta keys of products, by WooCommerce's names.
const (
	rowSKU metaRows = 1 << iota
	rowGlobalUniqueID
	rowRegularPrice
	rowSalePrice
	rowSaleFrom
	rowSaleTo
	rowTotalSales
	rowTaxStatus
	rowTaxClass
	rowManageStock
	rowBackorders
	rowLowStock
	rowSoldIndividually
	rowWeight
	rowLength
	rowWidth
	rowHeight
	rowUpsells
	rowCrossSells
	rowPurchaseNote
	rowDefaultAttributes
	rowVirtual
	rowDownloadable
	rowGallery
	rowDownloadLimit
	rowDownloadExpiry
	rowThumbnail
	rowStock
	rowStockStatus
	rowAverageRating
	rowRatingCount
	rowReviewCount
	rowDownloadableFiles
	rowDescription
	rowAttributes
	rowVersion
)

// has tells whether the row is there.
func (r metaRows) has(row metaRows) bool { return r&row != 0 }

// productInternalMeta are the keys that meta_data never shows.
var productInternalMeta = map[string]bool{
	"_visibility": true, "_sku": true, "_global_unique_id": true, "_price": true, "_regular_price": true,
	"_sale_price": true, "_sale_price_dates_from": true, "_sale_price_dates_to": true, "total_sales": true,
	"_tax_status": true, "_tax_class": true, "_manage_stock": true, "_stock": true, "_stock_status": true,
	"_backorders": true, "_low_stock_amount": true, "_sold_individually": true, "_weight": true, "_length": true,
	"_width": true, "_height": true, "_upsell_ids": true, "_crosssell_ids": true, "_purchase_note": true,
	"_default_attributes": true, "_product_attributes": true, "_virtual": true, "_downloadable": true,
	"_download_limit": true, "_download_expiry": true, "_featured": true, "_downloadable_files": true,
	"_wc_rating_count": true, "_wc_average_rating": true, "_wc_review_count": true, "_variation_description": true,
	"_thumbnail_id": true, "_file_paths": true, "_product_image_gallery": true, "_product_version": true,
	"_wp_old_slug": true, "_edit_last": true, "_edit_lock": true, "_cogs_total_value": true,
	// The names of the properties themselves, with an underscore before them.
	"_name": true, "_slug": true, "_date_created": true, "_date_modified": true, "_status": true,
	"_catalog_visibility": true, "_description": true, "_short_description": true, "_date_on_sale_from": true,
	"_date_on_sale_to": true, "_total_sales": true, "_stock_quantity": true, "_cross_sell_ids": true,
	"_parent_id": true, "_reviews_allowed": true, "_attributes": true, "_menu_order": true, "_post_password": true,
	"_category_ids": true, "_tag_ids": true, "_shipping_class_id": true, "_downloads": true, "_image_id": true,
	"_gallery_image_ids": true, "_rating_counts": true, "_average_rating": true, "_review_count": true,
	"_cogs_value": true,
}

// typeRows are meta keys that one type of product uses for a property of its own. After a change of type they show in
// the product's meta data.
var typeRows = map[string]string{"_product_url": "external", "_button_text": "external", "_children": "grouped"}
