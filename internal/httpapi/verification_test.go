package httpapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestAMirrorIsComparedOverTheAPI as waybill verify does. What differs is named, and nothing of the record is shown.
func TestAMirrorIsComparedOverTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	id := b.order(`{"status":"processing","billing":{"first_name":"Ann"}}`)
	b.connect("shop")
	b.want(200, http.MethodPost, "/v1/stores/shop/pause", "") // nobody catches up with what comes
	var v struct {
		Equal       bool
		Records     int
		Differences []struct{ Members []string }
	}
	b.want(200, http.MethodPost, "/v1/stores/shop/verification", `{"resources":["orders"]}`).into(t, &v)
	if !v.Equal || v.Records != 1 {
		t.Errorf("it is said to be %+v", v)
	}
	b.onShop(http.MethodPut, fmt.Sprintf("orders/%d", id), `{"billing":{"first_name":"Bea"}}`)
	a := b.want(200, http.MethodPost, "/v1/stores/shop/verification", `{"resources":["orders"]}`)
	a.into(t, &v)
	if v.Equal || len(v.Differences) != 1 ||
		!slices.Contains(v.Differences[0].Members, "/billing/first_name") || strings.Contains(a.text, "Bea") ||
		strings.Contains(a.text, "Ann") {
		t.Errorf("after a change it is said to be %s", a.text)
	}
	if a := b.call(b.root, http.MethodPost, "/v1/stores/shop/verification", `{"resources":["oders"]}`); a.status != 422 {
		t.Errorf("an unknown kind: %d %s", a.status, a.text)
	}
}
