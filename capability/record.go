package capability

// Record states what a store looks at in the record that is acted on. The zero Record is a published record of another
// author. For orders use [Site.Order], which knows the rows of each storage mode.
type Record struct {
	// Missing says that there is no record with that id.
	Missing bool
	// Row is the row of wp_posts with the record's id; "" means the usual one of the resource under Site.Storage.
	Row PostType
	// Own says that the caller is the row's post_author. The row of an order note is that of its order; a refund has
	// its own.
	Own bool
	// Status of a product or coupon: publish, future, draft, pending, private, trash; "" means publish. For an order
	// use Registered and Trashed.
	Status string
	// TrashedFrom is the status a trashed product or coupon had before; "" means publish.
	TrashedFrom string
	// Registered is how a plugin registered the order's status. For a trashed order it is the status from before. All
	// of WooCommerce's own statuses are neither public nor private.
	Registered Registration
	// Trashed: the order is in the trash.
	Trashed bool
	// Buyer: the caller is the customer of the order (fulfilments).
	Buyer bool

	// TargetRoles are the role names of the user that the request acts on (customers). No role counts as customer.
	TargetRoles []string
	// Self: the caller is the user that the request acts on.
	Self bool
	// ChangesLogin: the request changes the user's email or sets a password.
	ChangesLogin bool

	// IsVariation: a variation is addressed through /products.
	IsVariation bool
	// UnapprovedDownload: the product gets a downloadable file from outside the approved directories.
	UnapprovedDownload bool
}

// Registration is how a status was registered in WordPress (register_post_status), as far as permissions look at it.
type Registration string

// The registrations that change a decision.
const (
	// PublicStatus: registered with 'public' => true.
	PublicStatus Registration = "public"
	// PrivateStatus: registered with 'private' => true.
	PrivateStatus Registration = "private"
)

// PostType is a type of row in wp_posts, as far as permissions look at it.
type PostType string

// The post types whose capabilities WooCommerce asks for.
const (
	ShopOrderPost   PostType = "shop_order"
	PlaceholderPost PostType = "shop_order_placehold"
	RefundPost      PostType = "shop_order_refund"
	ProductPost     PostType = "product"
	VariationPost   PostType = "product_variation"
	CouponPost      PostType = "shop_coupon"
	// NoPost says that the row is missing.
	NoPost PostType = "none"
)
