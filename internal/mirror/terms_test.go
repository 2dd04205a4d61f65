package mirror_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// ask changes the store as another client would and gives the answer's id.
func (l *living) ask(method, path, body string) int64 {
	l.Helper()
	r := woo.Request{Method: method, Path: path}
	if method == http.MethodDelete {
		r.Query = map[string][]string{"force": {"true"}}
	}
	if body != "" {
		r.Body = json.RawMessage(body)
	}
	answer, err := l.client.Do(l.Context(), r)
	if err != nil {
		l.Fatal(err)
	}
	var made struct{ ID int64 }
	if err := json.Unmarshal(answer.Body, &made); err != nil {
		l.Fatal(err)
	}
	return made.ID
}

// Terms count their products and products repeat the names of their terms; neither moves a date on the other side.
func TestTermsAndProductsFollowEachOther(t *testing.T) {
	t.Parallel()
	clock := sandbox.NewClock(time.Date(2026, 11, 1, 5, 59, 0, 0, time.UTC))
	l := setupSandbox(t, mirror.Options{}, sandbox.WithClock(clock.Now), sandbox.WithOrders(3))
	warm := l.ask("POST", "products/categories", `{"name":"Warm"}`)
	cold := l.ask("POST", "products/categories", `{"name":"Cold"}`)
	tag := l.ask("POST", "products/tags", `{"name":"New"}`)
	class := l.ask("POST", "products/shipping_classes", `{"name":"Bulky"}`)
	size := l.ask("POST", "products/attributes", `{"name":"Size"}`)
	l.ask("POST", fmt.Sprintf("products/attributes/%d/terms", size), `{"name":"S"}`)
	large := l.ask("POST", fmt.Sprintf("products/attributes/%d/terms", size), `{"name":"L"}`)
	coat := l.ask(
		"POST",
		"products",
		fmt.Sprintf(
			`{"name":"Coat","regular_price":"9","categories":[{"id":%d}],"tags":[{"id":%d}],"shipping_class":"bulky",
		"attributes":[{"id":%d,"options":["S","L"]}]}`,
			warm,
			tag,
			size,
		),
	)
	l.sync()
	l.equal()
	product := fmt.Sprintf("products/%d", coat)
	for _, step := range []struct{ what, method, path, body string }{
		{"moved to another category", "PUT", product, fmt.Sprintf(`{"categories":[{"id":%d}]}`, cold)},
		{"hidden", "PUT", product, `{"catalog_visibility":"hidden"}`},
		{"shown", "PUT", product, `{"catalog_visibility":"visible"}`},
		{"a draft", "PUT", product, `{"status":"draft"}`},
		{"published", "PUT", product, `{"status":"publish"}`},
		{"of one size", "PUT", product, fmt.Sprintf(`{"attributes":[{"id":%d,"options":["L"]}]}`, size)},
		{"without tag and class", "PUT", product, `{"tags":[],"shipping_class":""}`},
		{"copied", "POST", "products", fmt.Sprintf(`{"name":"Coat 2","regular_price":"9","categories":[{"id":%d}],"tags":[{"id":%d}]}`, cold, tag)},
		{"deleted for good", "DELETE", fmt.Sprintf("products/%d", coat+1), ""},
	} {
		if strings.HasPrefix(step.what, "deleted") {
			step.path = fmt.Sprintf("products/%d", l.newestProduct())
		}
		l.ask(step.method, step.path, step.body)
		requests := l.sync()
		report, err := l.mirror.Verify(t.Context(), l.store.ID, l.client, mirror.VerifyOptions{})
		if err != nil || !report.Equal() {
			t.Errorf("a product is %s: verify: %v %s", step.what, err, shown(report))
		}
		if requests > 24 {
			t.Errorf("a product is %s: following it cost %d requests", step.what, requests)
		}
	}
	// The products changed last are read again with every poll: here another.
	later := func() {
		clock.Advance(time.Hour)
		l.ask("POST", "products", `{"name":"Later"}`)
		l.sync()
		clock.Advance(time.Hour)
		l.sync()
	}
	later()
	// Terms are read on their schedule; what they bring is followed at once.
	l.ask("PUT", fmt.Sprintf("products/categories/%d", cold), `{"name":"Frost","slug":"frost"}`)
	l.ask("PUT", fmt.Sprintf("products/attributes/%d/terms/%d", size, large), `{"name":"Large"}`)
	l.ask("PUT", fmt.Sprintf("products/attributes/%d", size), `{"name":"Height"}`)
	l.ask("DELETE", fmt.Sprintf("products/tags/%d", tag), "")
	l.ask("DELETE", fmt.Sprintf("products/shipping_classes/%d", class), "")
	l.thorough()
	l.equal()
	later()
	l.ask("DELETE", fmt.Sprintf("products/categories/%d", cold), "")
	l.ask("DELETE", fmt.Sprintf("products/attributes/%d", size), "")
	l.thorough()
	l.equal()
}

func (l *living) newestProduct() int64 {
	l.Helper()
	answer, err := l.client.Do(
		l.Context(),
		woo.Request{
			Path:  "products",
			Query: map[string][]string{"orderby": {"id"}, "per_page": {"1"}, "_fields": {"id"}},
		},
	)
	if err != nil {
		l.Fatal(err)
	}
	var found []struct{ ID int64 }
	if err := json.Unmarshal(answer.Body, &found); err != nil || len(found) != 1 {
		l.Fatal(err, len(found))
	}
	return found[0].ID
}

// thorough pulls everything, due or not.
func (l *living) thorough() {
	l.Helper()
	for tries := 0; tries < 20; tries++ {
		result, err := l.mirror.Pull(
			l.Context(), l.store.ID, l.client, mirror.Budget{Now: tries == 0, Sweep: tries == 0},
		)
		if err != nil {
			l.Fatal(err)
		}
		if result.Idle {
			return
		}
	}
	l.Fatal("the pull does not come to an end")
}

func TestProductsThatMoveNothingAmongTermsCostNoListRequests(t *testing.T) {
	t.Parallel()
	l := setupSandbox(t, mirror.Options{}, sandbox.WithOrders(3))
	cold := l.ask("POST", "products/categories", `{"name":"Cold"}`)
	coat := l.ask("POST", "products", fmt.Sprintf(`{"name":"Coat","regular_price":"9","categories":[{"id":%d}]}`, cold))
	l.sync()
	l.ask("PUT", fmt.Sprintf("products/%d", coat), `{"regular_price":"8"}`)
	requests := l.sync()
	if requests > 13 {
		t.Errorf("a new price cost %d requests", requests)
	}
	held, err := l.db.Record(t.Context(), l.store.ID, storage.Ref{Resource: storage.Products, ID: coat})
	if err != nil || !strings.Contains(string(held.Raw), `"regular_price":"8"`) {
		t.Errorf("the new price is not mirrored: %v", err)
	}
}
