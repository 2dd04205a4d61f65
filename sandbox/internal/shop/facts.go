package shop

// What tells the versions of WooCommerce apart, beside routes and parameters.
// Fresh stores of 8.4.0, 9.9.0, 10.0.2, 10.1.2, 10.2.2, 10.3.6, 10.4.3,
// 10.5.3, 10.6.2, 10.9.4 and 11.0.1 were compared; the releases between them
// come from WooCommerce's own history.

// Orders.
var (
	CouponFacts       = since(8, 7) // coupon lines name type, amount and free shipping
	EmailTemplates    = since(9, 7) // orders link to the e-mails that can be sent
	ShippingTaxStatus = since(9, 6) // shipping lines name their tax status

	// AnyFiltersNothing: on order tables "any" and no status at all show
	// everything, the trash, auto-drafts and unregistered statuses too.
	AnyFiltersNothing = since(10, 3).before(10, 4)
	// AnyLeavesOutUnsearchable: on order tables "any" leaves out the statuses
	// that are registered with exclude_from_search. Posts always did.
	AnyLeavesOutUnsearchable = since(10, 8)
	// UnsearchableDrafts: the checkout's drafts are such a status.
	UnsearchableDrafts = since(10, 8)
)

// Products.
var (
	GlobalID      = since(9, 2) // global_unique_id
	VariationType = since(9, 0) // variations name their type
	Brands        = since(9, 6)
)

// Customers.
var (
	PasswordNag = since(8, 5) // customers with a generated password are reminded of it
)

// Settings and the system status.
var (
	// WordPress71: the stores compared ran on WordPress 7.1, older ones on 6.8.2.
	WordPress71 = since(10, 1)

	FeatureScreenFlag  = until(8, 9) // HPOS_feature_screen_enabled
	LoggingStatus      = since(8, 7)
	BlockThemeStatus   = since(9, 5)
	ArchitectureStatus = since(9, 9)
	FeatureList        = since(9, 9) // enabled_features
	PointOfSale        = since(10, 0)
	// ImprovedEmails: new stores have the improved e-mails switched on; 10.0
	// took that back.
	ImprovedEmails = since(9, 9).before(10, 0)
)
