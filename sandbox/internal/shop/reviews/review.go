package reviews

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

func newReviewTable() *core.Table[*Review] {
	return core.NewTable[*Review]().
		GroupedBy("product", func(v *Review) (int64, bool) { return v.ProductID, true }).
		NamedBy("email", func(v *Review) (string, bool) { return core.CollationKey(v.Email), v.Email != "" })
}

// The limits of the columns of wp_comments: characters of the first two, bytes of the text.
const (
	reviewerLimit = 245
	emailLimit    = 100
	reviewLimit   = 65525
)

// checkReviewLengths refuses a text that is too long for its column.
func checkReviewLengths(v *Review) *rest.Error {
	for _, field := range []struct {
		name, text string
		limit      int
	}{{"reviewer", v.Reviewer, reviewerLimit}, {"reviewer_email", v.Email, emailLimit},
		{"review_content", v.Content, reviewLimit}} {
		length := len([]rune(field.text))
		if field.name == "review_content" {
			length = len(field.text)
		}
		if length > field.limit {
			return rest.Errorf(400, "woocommerce_rest_"+field.name+"_column_length",
				"Product review field exceeds maximum length allowed.")
		}
	}
	return nil
}

// refuseRepetition is wp_allow_comment. Nobody may say the same about a product twice. A user who may not moderate has
// to wait between two comments.
func (c *clerk) refuseRepetition(v *Review) *rest.Error {
	for _, other := range c.Reviews.Group("product", v.ProductID) {
		if other.Status != "trash" && core.CollationKey(other.Reviewer) == core.CollationKey(v.Reviewer) &&
			core.CollationKey(other.Email) == core.CollationKey(v.Email) &&
			core.CollationKey(other.Content) == core.CollationKey(v.Content) {
			return rest.Errorf(409, "woocommerce_rest_comment_duplicate",
				"Duplicate comment detected; it looks as though you have already said that!")
		}
	}
	if c.User.Can("moderate_comments") || c.User.Can("manage_options") {
		return nil
	}
	if last, ok := c.lastComment(v.Email); ok && v.Created.Instant.Sub(last) < pauseBetweenComments {
		return rest.Errorf(400, "woocommerce_rest_comment_flood", "You are posting comments too quickly. Slow down.")
	}
	return nil
}

// pauseBetweenComments is the pause that wp_throttle_comment_flood wants. It compares the dates of the comments, not
// the clock: a comment with an earlier date is too quick as well.
const pauseBetweenComments = 15 * time.Second

// lastComment is the date of the youngest comment of the last hour under an e-mail address: of a review, or of a note
// that a user signed. WordPress also compares user ids, but WooCommerce saves none with reviews and notes. It compares
// the client's address only for visitors, who cannot write reviews here (wp_check_comment_flood).
func (c *clerk) lastComment(email string) (last time.Time, ok bool) {
	key, hourAgo := core.CollationKey(email), c.Now().Add(-time.Hour)
	look := func(address string, at time.Time) {
		if core.CollationKey(address) == key && !at.Before(hourAgo) && (!ok || at.After(last)) {
			last, ok = at, true
		}
	}
	for other := range c.Reviews.All() {
		look(other.Email, other.Created.Instant)
	}
	c.orders.EachSignature(look)
	return last, ok
}

// cleanReview is what WordPress saves of a review. Unless the author may post any HTML, few elements stay, and links
// are marked as those of strangers.
func cleanReview(v *Review, trusted bool) {
	v.Reviewer = reviewerName(v.Reviewer)
	v.Email = wptext.SanitizeEmail(v.Email)
	if !trusted {
		v.Content = wptext.KsesData(v.Content)
	}
	v.Content = markLinks(v.Content)
}

// reviewerName is one line of text, with special characters as entities.
func reviewerName(name string) string {
	name = wptext.KsesData(wptext.SanitizeTextField(name))
	return strings.NewReplacer("<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(wptext.NormalizeEntities(name))
}

var (
	anchor        = regexp.MustCompile(`(?i)<a (.+?)>`)
	relAttribute  = regexp.MustCompile(`(?i)\brel=["']([^"']*)["']`)
	anyWhiteSpace = regexp.MustCompile(`\s+`)
)

// markLinks is wp_rel_ugc.
func markLinks(content string) string {
	return anchor.ReplaceAllStringFunc(content, func(tag string) string {
		attributes := anchor.FindStringSubmatch(tag)[1]
		words := []string{"nofollow", "ugc"}
		if given := relAttribute.FindStringSubmatch(attributes); given != nil {
			var kept []string
			for _, word := range anyWhiteSpace.Split(strings.TrimSpace(given[1]), -1) {
				if word != "" {
					kept = append(kept, word)
				}
			}
			for _, word := range words {
				if !slices.Contains(kept, word) {
					kept = append(kept, word)
				}
			}
			words = kept
			attributes = strings.TrimSpace(relAttribute.ReplaceAllString(attributes, ""))
		}
		return "<a " + attributes + ` rel="` + strings.Join(words, " ") + `">`
	})
}

// insertReview stores a new review as approved and counts it. Its real status comes afterwards.
func (c *clerk) insertReview(v *Review) {
	v.ID = c.IDs.Comment.Next()
	v.Status = "approved"
	c.Reviews.Insert(v)
	c.catalogue.CatalogueChanged()
	c.countReviews(v.ProductID)
}

// moveReview changes the status of a review. "unspam" and "untrash" bring back the status from before.
func (c *clerk) moveReview(v *Review, status string) {
	if status == v.Status {
		return
	}
	switch status {
	case "approved", "hold":
	case "spam", "trash":
		v.statusBefore = v.Status
	case "unspam", "untrash":
		status = v.statusBefore
		if status == "" {
			status = "hold"
		}
		v.statusBefore = ""
	default:
		return
	}
	v.Status = status
	c.catalogue.CatalogueChanged()
	c.countReviews(v.ProductID)
}

// deleteReview removes a review for good.
func (c *clerk) deleteReview(v *Review) {
	c.Reviews.Delete(v)
	c.catalogue.CatalogueChanged()
	if v.Status == "approved" {
		c.countReviews(v.ProductID)
	}
}

// countReviews counts the approved reviews of a product and saves the product. A new rating is stored only after that,
// so it counts from the next time on (recordings: rev-product-rating).
func (c *clerk) countReviews(productID int64) {
	rating := catalogue.Rating{Average: "0"}
	sum, rated := int64(0), int64(0)
	for _, v := range c.Reviews.Group("product", productID) {
		if v.Status != "approved" {
			continue
		}
		rating.Reviews++
		if v.Rating <= 0 {
			continue
		}
		if rating.Counts == nil {
			rating.Counts = map[int64]int64{}
		}
		rating.Counts[v.Rating]++
		rated++
		sum += v.Rating
	}
	if rated > 0 {
		rating.Average = core.Fixed(float64(sum)/float64(rated), 2)
	}
	c.catalogue.As(c.Actor).Rate(productID, rating)
}

// isVerified tells whether the reviewer bought the product: a paid order with the same e-mail address holds it.
func (s *Store) isVerified(v *Review) bool {
	if v.verified != nil {
		return *v.verified
	}
	if v.Email == "" {
		return false
	}
	return s.orders.Bought(v.Email, v.ProductID)
}
