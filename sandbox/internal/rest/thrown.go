package rest

import (
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/fault"
)

// thrown is what a plugin throws after a write of this request, or of an item of the batch that came as this request,
// has taken effect: WooCommerce's controllers make an error of it, and the effect stays.
func thrown(r *http.Request) error {
	if r == nil || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	if t := fault.ThrownIn(r); t != nil {
		return Errorf(t.Status, t.Code, "%s", t.Message)
	}
	return nil
}

// ofItself says whether a request is no batch: of one, each item fails by itself.
func (r *Request) ofItself() bool { return !strings.HasSuffix(r.Path, "/batch") }
