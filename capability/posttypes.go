package capability

// postType is how WooCommerce registers a type of row. With MetaCaps, WordPress translates "edit this record" into
// primitive capabilities by author and status. Without MetaCaps it asks for the singular capability itself.
type postType struct {
	Singular string
	MetaCaps bool
	Source   string
}

var postTypes = map[PostType]postType{
	ShopOrderPost: {"shop_order", true, "class-wc-post-types.php"},
	// Registered with 'capabilities' => array() and the default capability_type, which gives the capabilities of blog
	// posts.
	PlaceholderPost: {"post", true, "CustomOrdersTableController.php:544-567; docs/checks/cap-hpos-placeholder.md"},
	RefundPost:      {"shop_order", false, "class-wc-post-types.php:499-518"},
	ProductPost:     {"product", true, "class-wc-post-types.php:357-358"},
	VariationPost:   {"product", false, "class-wc-post-types.php:443-456; docs/checks/cap-variation.md"},
	CouponPost:      {"shop_coupon", true, "class-wc-post-types.php:520"},
}

// verb is what a caller wants to do to one row: "edit", "delete" or "read".
type verb string

const (
	editRow   verb = "edit"
	deleteRow verb = "delete"
	readRow   verb = "read"
)

// metaCaps is WordPress' map_meta_cap for one row: the primitive capabilities that the caller must hold, all of them.
// ok is false when nobody may, whatever the capabilities (do_not_allow). Source: WordPress 6.8.2
// wp-includes/capabilities.php 75-330.
func metaCaps(do verb, rec Record) (needs []string, ok bool) {
	if rec.Row == NoPost {
		return nil, false
	}
	kind := postTypes[rec.Row]
	if !kind.MetaCaps {
		return []string{string(do) + "_" + kind.Singular}, true
	}
	plural := kind.Singular + "s"
	if do == readRow {
		// Neither WooCommerce's own order statuses nor a placeholder's "draft" are public or private. So the author
		// needs "read", and everybody else needs what editing needs.
		switch {
		case rec.Own || rec.Registered == PublicStatus:
			return []string{"read"}, true
		case rec.Registered == PrivateStatus:
			return []string{"read_private_" + plural}, true
		}
		do = editRow
	}
	if rec.Own {
		if isPublished(rec.Status) || rec.Status == "trash" && isPublished(rec.TrashedFrom) {
			return []string{string(do) + "_published_" + plural}, true
		}
		return []string{string(do) + "_" + plural}, true
	}
	needs = []string{string(do) + "_others_" + plural}
	// A trashed record of another author asks for nothing more, whatever status it had before.
	switch {
	case isPublished(rec.Status):
		needs = append(needs, string(do)+"_published_"+plural)
	case rec.Status == "private":
		needs = append(needs, string(do)+"_private_"+plural)
	}
	return needs, true
}

func isPublished(status string) bool { return status == "publish" || status == "future" }
