package shop

import "github.com/waybillhq/waybill/capability"

// What tells the versions of WooCommerce apart, beside routes and parameters.
// Fresh stores of 8.4.0, 9.9.0, 10.0.2, 10.1.2, 10.2.2, 10.3.6, 10.4.3,
// 10.5.3, 10.6.2, 10.9.4 and 11.0.1 were compared; the releases between them
// come from WooCommerce's own history.

// Newest is the version of a store that is not told another.
const Newest = "11.0.1"

// Orders.
var (
	CouponFacts       = since(8, 7) // coupon lines name type, amount and free shipping
	EmailTemplates    = since(9, 7) // orders link to the e-mails that can be sent
	ShippingTaxStatus = since(9, 6) // shipping lines name their tax status
	LineGlobalID      = since(10, 1)
	EmptyAmounts      = since(10, 4) // an amount that was sent as no number is shown as ""
	RefundTotalTax    = since(10, 8) // refunds[].total_tax of orders
	RefundType        = since(10, 2) // refunds say in their meta data whether they are full or partial

	FailedRestocks  = since(11, 0) // the status failed gives stock back
	PaymentNotes    = since(10, 4) // "Payment complete." instead of a note about the status
	DraftsAreQuiet  = since(10, 4) // no note when a draft of the checkout becomes an order
	KeylessMeta     = until(10, 8) // meta data without a key are stored
	NotesAreCleaned = since(10, 6) // notes lose what wp_kses_post takes out
	EmailNotes      = since(10, 9) // each e-mail of an order leaves a note
	ShortStockNotes = since(10, 4) // "Stocked (7→3)" instead of "Stocked (STK) 7→3"

	StrictOrderIDs = since(10, 8) // an update looks at what the id belongs to, and says so in other words

	// AnyFiltersNothing: on order tables "any" and no status at all show
	// everything, the trash, auto-drafts and unregistered statuses too.
	AnyFiltersNothing = since(10, 3).before(10, 4)
	// AnyLeavesOutUnsearchable: on order tables "any" leaves out the statuses
	// that are registered with exclude_from_search. Posts always did.
	AnyLeavesOutUnsearchable = since(10, 8)
	// UnsearchableDrafts: the checkout's drafts are such a status.
	UnsearchableDrafts = since(10, 8)
)

// Fulfilments of orders.
var (
	FulfillmentsWrapped = since(10, 1).before(10, 3) // answers are in a member named for what they hold
	FulfillmentNotes    = since(10, 7)               // what happens to fulfilments leaves notes
	FulfillmentsGo      = since(10, 7)               // an order deleted for good takes its fulfilments along
	// FulfillmentsInUTC: dates are in UTC and end with Z, date_deleted is
	// shown, and meta data of a create need no ids.
	FulfillmentsInUTC = since(10, 8)
)

// The e-mails that a request sends.
var (
	ChosenTemplate = since(10, 7) // a request need not name one
	NamelessSender = since(10, 4) // notes do not name the program that asked
)

// Products.
var (
	GlobalID      = since(9, 2) // global_unique_id
	VariationType = since(9, 0) // variations name their type
	Brands        = since(9, 6)

	UntranslatedSymbols = since(10, 8) // translate="no" in the price's HTML
	// TokensAcrossFields: a search for names and SKUs takes each word from
	// either; before, all words had to stand in one of the two.
	TokensAcrossFields = since(10, 1)
	RelatedAgain       = since(10, 1)                                         // related products are looked up again while there are fewer than shown
	PlainButtonTexts   = Fact{since: capability.Version{Major: 11, Patch: 1}} // button_text of external products loses its tags
	KeptTermOrder      = since(10, 8)                                         // terms of attributes keep the menu_order a request does not name
	LongAttributeSlugs = since(11, 0)                                         // 29 bytes, all that WordPress leaves; before 28
	ImageSize          = since(11, 0)                                         // image_size chooses the size of pictures
	GalleryImages      = since(10, 8)                                         // gallery_image_ids of variations
)

// Customers.
var (
	PasswordNag = since(8, 5) // customers with a generated password are reminded of it
	// KeptBackslashes: names and addresses keep their backslashes; before, each
	// saving took one layer away.
	KeptBackslashes = since(11, 0)
)

// Settings and the system status.
var (
	// WordPress71: the stores compared ran on WordPress 7.1, older ones on 6.8.2.
	WordPress71 = since(10, 1)

	FeatureScreenFlag  = until(8, 9) // HPOS_feature_screen_enabled
	LoggingStatus      = since(8, 7)
	BlockThemeStatus   = since(9, 5)
	ArchitectureStatus = since(9, 9)
	FeatureList        = since(9, 9)  // enabled_features
	NoNonceOfTools     = since(11, 0) // regenerating the attributes' table asks for no token of wp-admin
	EnvironmentType    = since(10, 5) // wp_environment_type
	UnsubscribesTable  = since(11, 0) // wc_email_unsubscribes
	PointOfSale        = since(10, 0)
	// ImprovedEmails: new stores have the improved e-mails switched on; 10.0
	// took that back.
	ImprovedEmails = since(9, 9).before(10, 0)
	SyncIsWritten  = since(10, 1) // new stores have the synchronisation of orders switched off, not just unset
)

// Coupons, reports and webhooks.
var (
	TypeBeforeAmount   = since(10, 2) // a coupon's amount is judged by the type sent with it
	CouponStatus       = since(10, 4) // a coupon's status is taken
	DailyRefunds       = since(11, 0) // reports/sales tells refunds by day
	OfflineSettings    = since(10, 1) // the settings of gateways without a service have an address of their own
	TopicsNeedHooks    = since(10, 8) // topics of webhooks that nothing would ever send are refused
	UnsortedOrderLists = since(10, 8) // lists of orders by title, slug or include without ids have no order at all
)
