package core

import "github.com/waybillhq/waybill/capability"

// The differences between versions of WooCommerce, without routes and parameters. Fresh stores of 8.4.0, 9.9.0, 10.0.2,
// 10.1.2, 10.2.2, 10.3.6, 10.4.3, 10.5.3, 10.6.2, 10.9.4 and 11.0.1 were compared. Releases between them were taken
// from WooCommerce's own history.

// Newest is the default version of a store.
const Newest = "11.0.1"

// Orders.
var (
	CouponFacts       = Since(8, 7) // coupon lines show type, amount and free shipping
	EmailTemplates    = Since(9, 7) // orders link to the e-mails that can be sent
	ShippingTaxStatus = Since(9, 6) // shipping lines name their tax status
	LineGlobalID      = Since(10, 1)
	EmptyAmounts      = Since(10, 4) // an amount that was sent as no number is shown as ""
	RefundTotalTax    = Since(10, 8) // refunds[].total_tax of orders
	RefundType        = Since(10, 2) // refunds say in their meta data whether they are full or partial

	FailedRestocks  = Since(11, 0) // the status failed gives stock back
	PaymentNotes    = Since(10, 4) // "Payment complete." instead of a note about the status
	DraftsAreQuiet  = Since(10, 4) // no note when a checkout draft becomes an order
	KeylessMeta     = until(10, 8) // meta data without a key are stored
	NotesAreCleaned = Since(10, 6) // notes lose the HTML that wp_kses_post removes
	EmailNotes      = Since(10, 9) // each e-mail of an order leaves a note
	ShortStockNotes = Since(10, 4) // "Stocked (7→3)" instead of "Stocked (STK) 7→3"

	StrictOrderIDs = Since(10, 8) // an update refuses an id of another type, with a text of its own

	// AnyFiltersNothing: on order tables "any" and no status at all show everything, the trash, auto-drafts and
	// unregistered statuses too.
	AnyFiltersNothing = Since(10, 3).Before(10, 4)
	// AnyLeavesOutUnsearchable: on order tables "any" leaves out the statuses that are registered with
	// exclude_from_search. Posts always did.
	AnyLeavesOutUnsearchable = Since(10, 8)
	// UnsearchableDrafts: the checkout's drafts are registered with exclude_from_search.
	UnsearchableDrafts = Since(10, 8)
)

// Fulfilments of orders.
var (
	FulfillmentsWrapped = Since(10, 1).Before(10, 3) // answers are in a member named for what they hold
	FulfillmentNotes    = Since(10, 7)               // what happens to fulfilments leaves notes
	FulfillmentsGo      = Since(10, 7)               // an order deleted for good takes its fulfilments along
	// FulfillmentsInUTC: dates are in UTC and end with Z, date_deleted is shown, and meta data of a create may lack
	// ids.
	FulfillmentsInUTC = Since(10, 8)
)

// The e-mails that a request sends.
var (
	ChosenTemplate = Since(10, 7) // a request may leave it out
	NamelessSender = Since(10, 4) // notes do not name the calling program
)

// Products.
var (
	GlobalID      = Since(9, 2) // global_unique_id
	VariationType = Since(9, 0) // variations name their type
	Brands        = Since(9, 6)

	UntranslatedSymbols = Since(10, 8) // translate="no" in the price's HTML
	// TokensAcrossFields: a search for names and SKUs takes each word from either. Before, all words had to be in the
	// name, or all in the SKU.
	TokensAcrossFields = Since(10, 1)
	// RelatedAgain: related products are looked up again while there are fewer than shown.
	RelatedAgain = Since(10, 1)
	// PlainButtonTexts: button_text of external products loses its tags.
	PlainButtonTexts = Fact{since: capability.Version{Major: 11, Patch: 1}}
	// KeptTermOrder: terms of attributes keep the menu_order that a request does not name.
	KeptTermOrder = Since(10, 8)
	// LongAttributeSlugs: the slug of an attribute may have 29 bytes, all that WordPress leaves. Before, it had 28.
	LongAttributeSlugs = Since(11, 0)
	ImageSources       = Since(10, 2) // srcset, sizes and thumbnail of the pictures of products
	ImageSize          = Since(11, 0) // image_size chooses the size of pictures
	GalleryImages      = Since(10, 8) // gallery_image_ids of variations
	// TiesByID: ids decide between products with equal dates.
	TiesByID = Since(10, 4)
	// MoreCached: the store's own REST cache keeps taxes and data besides products.
	MoreCached = Since(10, 6)
)

// Customers.
var (
	PasswordNag = Since(8, 5) // customers with a generated password are reminded of it
	// KeptBackslashes: names and addresses keep their backslashes. Before, each save removed one layer.
	KeptBackslashes = Since(11, 0)
)

// Settings and the system status.
var (
	// WordPress71: the stores compared ran on WordPress 7.1, older ones on 6.8.2.
	WordPress71 = Since(10, 1)

	FeatureScreenFlag  = until(8, 9) // HPOS_feature_screen_enabled
	LoggingStatus      = Since(8, 7)
	BlockThemeStatus   = Since(9, 5)
	ArchitectureStatus = Since(9, 9)
	FeatureList        = Since(9, 9)  // enabled_features
	NoNonceOfTools     = Since(11, 0) // regenerating the attributes' table asks for no token of wp-admin
	EnvironmentType    = Since(10, 5) // wp_environment_type
	UnsubscribesTable  = Since(11, 0) // wc_email_unsubscribes
	PointOfSale        = Since(10, 0)
	// ImprovedEmails: new stores have the improved e-mails switched on. 10.0 switched them off again.
	ImprovedEmails = Since(9, 9).Before(10, 0)
	SyncIsWritten  = Since(10, 1) // new stores have the synchronisation of orders set to off; before it was unset
)

// Coupons, reports and webhooks.
var (
	TypeBeforeAmount   = Since(10, 2) // a coupon's amount is judged by the type sent with it
	CouponStatus       = Since(10, 4) // a coupon's status can be set
	DailyRefunds       = Since(11, 0) // reports/sales counts refunds by day
	OfflineSettings    = Since(10, 1) // the settings of offline gateways have an address of their own
	TopicsNeedHooks    = Since(10, 8) // topics that would never send anything are refused
	UnsortedOrderLists = Since(10, 8) // lists of orders by title, slug or include without ids are unsorted
)
