package capability

import (
	"fmt"
	"strings"
)

// Storage is where a store keeps its orders. It decides which row of wp_posts has an order's id, and with it which
// capabilities WordPress asks for to change that order.
type Storage string

const (
	// HPOS is order tables without synchronisation, the default of new stores. The row is a placeholder
	// (shop_order_placehold), with the capabilities of blog posts. The zero Storage counts as HPOS.
	HPOS Storage = "hpos"
	// HPOSSync is order tables with synchronisation ("compatibility mode"): the row is a shop_order.
	HPOSSync Storage = "hpos-sync"
	// Posts is the legacy storage: the row is the order itself. Orders made through the API have author 1.
	Posts Storage = "posts"
	// HPOSMigrated is order tables without synchronisation on a store that once kept orders as posts: orders from
	// before the switch still have their shop_order row with author 1, later ones a placeholder.
	HPOSMigrated Storage = "hpos-migrated"
	// AnyStorage is for a role that must serve every mode, also after the store changes its mode.
	AnyStorage Storage = "any"
)

// Storages are the modes in the order in which documentation lists them.
var Storages = []Storage{HPOS, HPOSSync, Posts, HPOSMigrated, AnyStorage}

// ParseStorage reads a mode by its name; "legacy" and "cpt" mean Posts, "sync" means HPOSSync, "" means AnyStorage.
func ParseStorage(text string) (Storage, error) {
	switch name := strings.ToLower(strings.TrimSpace(text)); name {
	case "", "any", "all":
		return AnyStorage, nil
	case "hpos", "order-tables":
		return HPOS, nil
	case "hpos-sync", "sync", "order-tables-sync":
		return HPOSSync, nil
	case "posts", "legacy", "cpt":
		return Posts, nil
	case "hpos-migrated", "migrated":
		return HPOSMigrated, nil
	default:
		return "", fmt.Errorf("capability: unknown order storage %q; use hpos, hpos-sync, posts, hpos-migrated or any",
			text)
	}
}

// Modes are the plain storage modes that s stands for: all four for AnyStorage, else s itself.
func (s Storage) Modes() []Storage {
	switch s {
	case AnyStorage:
		return []Storage{HPOS, HPOSSync, Posts, HPOSMigrated}
	case "":
		return []Storage{HPOS}
	default:
		return []Storage{s}
	}
}

// Title says the mode in the words of the WooCommerce settings page.
func (s Storage) Title() string {
	switch s {
	case HPOSSync:
		return "order tables with compatibility mode (synchronisation) on"
	case Posts:
		return "WordPress posts storage (legacy)"
	case HPOSMigrated:
		return "order tables, orders from before the switch not cleaned up"
	case AnyStorage:
		return "any order storage"
	default:
		return "order tables (HPOS) without compatibility mode"
	}
}

// Origin says how an order came to be. "Caller" is the user of the key.
type Origin int

const (
	// CreatedByOther is an order of another user, of a guest or of the shop's checkout.
	CreatedByOther Origin = iota
	// CreatedByCaller is an order the caller made through the API or as a shopper at the checkout.
	CreatedByCaller
	// EnteredByCaller is an order the caller entered in wp-admin: the only one with a true author in legacy storage.
	EnteredByCaller
	// BeforeSwitch is an order from before the store moved to order tables. Its author is user 1, whoever made it.
	BeforeSwitch
	// EnteredBeforeSwitch is an order that the caller entered in wp-admin before the move.
	EnteredBeforeSwitch
	// RowMissing is an order whose row in wp_posts was deleted by hand or by a cleaner. Before WooCommerce 11.0 nobody
	// may edit such an order. Since then it counts as an order of user 1, even for the user who made it.
	RowMissing
)

// OrderRow says which row of wp_posts an order gets that is stored under s now. authored says whether the row's
// post_author is the user who made the order; otherwise it is user 1 (docs/woocommerce/permissions.md#minimal-sets).
func (s Storage) OrderRow() (row PostType, authored bool) {
	switch s {
	case HPOSSync:
		return ShopOrderPost, true
	case Posts:
		return ShopOrderPost, false
	default:
		return PlaceholderPost, true
	}
}
