package capability

// Resource is a kind of record of the REST API, under its name in the measurements of real stores.
type Resource string

// The resources of wc/v3, and what lies beside it.
const (
	Orders                Resource = "orders"
	OrderNotes            Resource = "order_notes"
	Refunds               Resource = "refunds"
	OrderActions          Resource = "order_actions"
	OrderReceipt          Resource = "order_receipt"
	Products              Resource = "products"
	Variations            Resource = "variations"
	Categories            Resource = "categories"
	Tags                  Resource = "tags"
	Brands                Resource = "brands"
	ShippingClasses       Resource = "shipping_classes"
	Attributes            Resource = "attributes"
	AttributeTerms        Resource = "attribute_terms"
	Reviews               Resource = "reviews"
	Customers             Resource = "customers"
	Coupons               Resource = "coupons"
	Taxes                 Resource = "taxes"
	TaxClasses            Resource = "tax_classes"
	ShippingZones         Resource = "shipping_zones"
	ShippingZoneLocations Resource = "shipping_zone_locations"
	ShippingZoneMethods   Resource = "shipping_zone_methods"
	ShippingMethods       Resource = "shipping_methods"
	PaymentGateways       Resource = "payment_gateways"
	Settings              Resource = "settings"
	SystemStatus          Resource = "system_status"
	Reports               Resource = "reports"
	Data                  Resource = "data"
	Webhooks              Resource = "webhooks"
	LayoutTemplates       Resource = "layout_templates"
	Fulfillments          Resource = "fulfillments" // of an order, behind a feature
	PointOfSale           Resource = "pos_catalog"  // wc/pos
	PayPal                Resource = "paypal"       // paypal-buttons, paypal-standard, paypal-webhooks
	ProductsV2            Resource = "v2.products"
	Index                 Resource = "index"       // GET /wp-json/wc/v3
	Analytics             Resource = "analytics"   // wc-analytics
	Admin                 Resource = "admin"       // wc-admin
	Marketplace           Resource = "marketplace" // wc/v3/marketplace
	OrdersV1              Resource = "v1.orders"
	OrdersV2              Resource = "v2.orders"
	StoreAPI              Resource = "store_api" // wc/store
	Core                  Resource = "wp"        // wp/v2, which WooCommerce keys do not open
)

// Action is what a request does with a resource.
type Action string

// The actions nearly every resource has, and those that only one or two have.
const (
	List   Action = "list"
	Get    Action = "get"
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete" // to the trash or for good: WordPress asks for the same
	Batch  Action = "batch"  // the permission to use /batch at all; see Operation.InBatch for its items

	Statuses         Action = "statuses"           // GET /orders/statuses
	EmailTemplates   Action = "email_templates"    // GET /orders/{id}/actions/email_templates
	SendEmail        Action = "send_email"         // POST /orders/{id}/actions/send_email
	SendOrderDetails Action = "send_order_details" // POST /orders/{id}/actions/send_order_details
	ListAll          Action = "list_all"           // GET /refunds, GET /variations
	Related          Action = "related"            // GET /products/{id}/related
	Lookup           Action = "lookup"             // GET /orders/{id}/fulfillments/lookup
	GetMeta          Action = "meta_get"           // GET /orders/{id}/fulfillments/{id}/metadata
	UpdateMeta       Action = "meta_update"        // PUT /orders/{id}/fulfillments/{id}/metadata
	DeleteMeta       Action = "meta_delete"        // DELETE /orders/{id}/fulfillments/{id}/metadata
	Duplicate        Action = "duplicate"          // POST /products/{id}/duplicate
	Generate         Action = "generate"           // POST /products/{id}/variations/generate
	CustomFieldNames Action = "custom_field_names" // GET /products/custom-fields/names
	Suggested        Action = "suggested"          // GET /products/suggested-products
	SlugSuggestion   Action = "slug_suggestion"    // GET /products/shipping_classes/slug-suggestion
	Downloads        Action = "downloads"          // GET /customers/{id}/downloads
	Groups           Action = "groups"             // GET /settings
	Group            Action = "group"              // GET /settings/{group}
	GroupBatch       Action = "group_batch"        // POST /settings/{group}/batch
	ToolsList        Action = "tools.list"         // GET /system_status/tools
	ToolsGet         Action = "tools.get"          // GET /system_status/tools/{id}
	ToolsRun         Action = "tools.run"          // PUT /system_status/tools/{id}
	Read             Action = "read"               // GET of reports, data, analytics and the like
	Leaderboards     Action = "leaderboards"       // GET /wc-analytics/leaderboards
	AdminNotes       Action = "admin_notes"        // GET /wc-analytics/admin/notes
	AnalyticsOrders  Action = "orders_crud_list"   // GET /wc-analytics/orders
	AnalyticsGoods   Action = "products_list"      // GET /wc-analytics/products
	AnalyticsConfig  Action = "settings_general"   // GET /wc-analytics/settings/general
	AnalyticsImports Action = "imports"            // GET and POST below /wc-analytics/imports
	DismissTaxes     Action = "tax_recommendations_dismiss"
	DismissPromotion Action = "marketplace_promotions_dismiss"
	MobileLogin      Action = "qr_login"              // GET and POST below /wc-admin/mobile-app
	CreateCatalog    Action = "catalog.create"        // POST /wc/pos/v1/catalog/create
	Receive          Action = "receive"               // POST of PayPal
	Abilities        Action = "abilities_list"        // GET /wp-abilities/v1/abilities
	Me               Action = "users_me"              // GET /wp/v2/users/me
	ListForEditing   Action = "media_list_edit"       // GET /wp/v2/media?context=edit
	WriteCore        Action = "create_media_or_posts" // POST /wp/v2/media, /wp/v2/posts
)

// Operation is an action on a resource, alone or as an item of a batch.
type Operation struct {
	Resource Resource
	Action   Action
	// InBatch: the action is one item of POST …/batch. The batch permission is asked first and refuses the whole
	// request; the item's own refusal comes back inside an HTTP 200.
	InBatch bool
}

// String names the operation as the measurements do: "orders.update", "orders.batch.update".
func (o Operation) String() string {
	if o.InBatch {
		return string(o.Resource) + ".batch." + string(o.Action)
	}
	return string(o.Resource) + "." + string(o.Action)
}

// context is the word a controller uses when it asks its guard.
type context string

const (
	toRead   context = "read"
	toCreate context = "create"
	toEdit   context = "edit"
	toDelete context = "delete"
	toBatch  context = "batch"
)

var contextOf = map[Action]context{
	List: toRead, Get: toRead, Create: toCreate, Update: toEdit, Delete: toDelete, Batch: toBatch,
}

// refusals are the codes a controller answers when its guard refuses, unless a rule names another code.
var refusals = map[context]string{
	toRead:   "woocommerce_rest_cannot_view",
	toCreate: "woocommerce_rest_cannot_create",
	toEdit:   "woocommerce_rest_cannot_edit",
	toDelete: "woocommerce_rest_cannot_delete",
	toBatch:  "woocommerce_rest_cannot_batch",
}
