package reviews_test

import (
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

// Who may write reviews but not moderate them waits fifteen seconds between two under one e-mail address, by the dates
// of the reviews; other addresses are other people (wp_check_comment_flood; a measured real store let two reviews of
// one client through at once).
func TestReviewsUnderOneAddressCannotFlood(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	product := shop.Product("1")
	shop.Roles.DefineRole(capability.Role{Name: "writer", Title: "Writer",
		Caps: capability.NewSet("read", "edit_products")})
	shop.Caller = shop.User("writer", "writer")
	review := func(text, email, date string) shoptest.Answer {
		return shop.Ask("POST", "/wc/v3/products/reviews",
			`{"product_id":%d,"reviewer":"R","review":%q,"reviewer_email":%q%s}`, product.ID, text, email, date)
	}
	expect := func(got shoptest.Answer, status int) {
		t.Helper()
		if got.Status != status {
			t.Fatalf("answered %d %v, want %d", got.Status, got.Body, status)
		}
	}
	expect(review("one", "a@example.com", ""), 201)
	expect(review("two", "A@example.com", ""), 400)
	expect(review("two", "b@example.com", ""), 201)
	shop.Time = shop.Time.Add(15 * time.Second)
	expect(review("three", "a@example.com", ""), 201)
	expect(review("four", "b@example.com", `,"date_created":"2020-01-01T00:00:00"`), 400)
	shop.Time = shop.Time.Add(2 * time.Hour)
	expect(review("four", "b@example.com", `,"date_created":"2020-01-01T00:00:00"`), 201)
	shop.Caller = shop.User("moderator", "shop_manager")
	expect(review("five", "a@example.com", ""), 201)
	expect(review("six", "a@example.com", ""), 201)
}
