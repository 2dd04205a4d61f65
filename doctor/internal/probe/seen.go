package probe

import (
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

func (c *collection) listWorked(id evidence.Probe) bool {
	x := c.get(id)
	return x != nil && x.Status == http.StatusOK && x.Body.Count > 0
}

// suspicious says whether something was refused. Then it matters who the owner of the key is.
func (c *collection) suspicious() bool {
	for _, route := range []string{"orders", "products", "customers", "coupons", "webhooks", "reports/sales"} {
		if x := c.allowOf(route); x != nil && x.Status == http.StatusOK && x.Header.Get("Allow") == "" {
			return true
		}
	}
	for _, id := range []evidence.Probe{evidence.ListOrders, evidence.ListProducts, evidence.ListCustomers,
		evidence.ListCoupons, evidence.ListTerms} {
		records, _ := evidence.ReadList(c.get(id))
		if c.denied(id) {
			return true
		}
		for _, r := range records {
			if evidence.Hinted([]evidence.Record{r}) && !evidence.MayHint(r, http.MethodPut) {
				return true
			}
		}
	}
	x := c.allowOf("orders")
	return x != nil && !strings.Contains(x.Header.Get("Allow"), http.MethodPost)
}

func (c *collection) denied(id evidence.Probe) bool {
	x := c.get(id)
	return x != nil && x.Status == http.StatusForbidden
}

func (c *collection) allowOf(route string) *evidence.Exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	return evidence.AllowOf(c.ev.Exchanges, route)
}
