package problems

// The kinds of problems.
const (
	KindShop         = "shop"         // a shop cannot be read; the cause is an error code
	KindLate         = "late"         // a mirror is late, and no look at the shop fails
	KindWrites       = "writes"       // writes wait for a person, or were refused; the cause is the reason's code
	KindSubscription = "subscription" // a receiver takes nothing
	KindDeliveries   = "deliveries"   // a receiver did not take some events, and they were given up
	KindReceipts     = "receipts"     // a receiver does not say in time that it has what it was sent
	KindWebhooks     = "webhooks"     // a shop does not tell us of changes, so they come later
	KindAlerts       = "alerts"       // a channel takes no alerts
)

// Kinds lists the kinds of problems.
func Kinds() []string {
	return []string{KindShop, KindLate, KindWrites, KindSubscription, KindDeliveries, KindReceipts, KindWebhooks,
		KindAlerts}
}

// Who must act so that a problem ends.
const (
	Nobody   = "nobody" // it heals itself
	You      = "you"    // who runs Waybill
	Host     = "host"   // the shop, or who hosts it
	Receiver = "receiver"
)

// What can be affected.
const (
	AffectsStore        = "store"
	AffectsWrites       = "writes"
	AffectsSubscription = "subscription"
	AffectsReceipts     = "receipts"
	AffectsChannel      = "channel"
)
