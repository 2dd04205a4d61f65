package compare

import (
	"testing"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
)

func TestTheLinesOfARefundAgreeInItemsPiecesAmountsAndTaxes(t *testing.T) {
	t.Parallel()
	const stored = `{"line_items":[{"id":9,"quantity":-2,"total":"-20.00","taxes":[{"id":1,"total":"-3.8","subtotal":"-3.8"}],
		"meta_data":[{"key":"_refunded_item_id","value":"31"}]}],
		"fee_lines":[{"id":10,"total":"-1.00","taxes":[],"meta_data":[{"key":"_refunded_item_id","value":"32"}]}]}`
	const fee = `,{"id":32,"refund_total":1}`
	for sent, same := range map[string]bool{
		`{"id":31,"quantity":2,"refund_total":20,"refund_tax":[{"id":1,"refund_total":3.8}]}` +
			fee: true,
		`{"id":31,"quantity":2,"refund_total":"20.00","refund_tax":[{"id":1,"refund_total":"3.80"},{"id":2,"refund_total":0}]}` + fee: true,
		`{"id":31,"quantity":2,"refund_total":20,"refund_tax":[{"id":1,"refund_total":3.8}]},{"id":33,"quantity":0}` +
			fee: true,
		`{"id":31,"quantity":2}` + fee: true, // the store prices nothing, and neither do we
		`{"id":31,"quantity":1,"refund_total":20,"refund_tax":[{"id":1,"refund_total":3.8}]}` + fee: false,
		`{"id":31,"quantity":2,"refund_total":19,"refund_tax":[{"id":1,"refund_total":3.8}]}` + fee: false,
		`{"id":31,"quantity":2,"refund_total":20,"refund_tax":[{"id":1,"refund_total":3.7}]}` + fee: false,
		`{"id":31,"quantity":2,"refund_total":20,"refund_tax":[{"id":2,"refund_total":3.8}]}` + fee: false,
		`{"id":31,"quantity":2,"refund_total":20}` + fee:                                            false,
		`{"id":31,"quantity":2,"refund_total":20,"refund_tax":[{"id":1,"refund_total":3.8}]}`:       false,
		`{"id":33,"quantity":2,"refund_total":20,"refund_tax":[{"id":1,"refund_total":3.8}]}` + fee: false,
	} {
		body, err1 := document.Parse([]byte(`{"line_items":[` + sent + `]}`))
		refund, err2 := document.Parse([]byte(stored))
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if wrong := RefundLines(body, refund); (len(wrong) == 0) != same {
			t.Errorf("%s: %v, want the same %v", sent, wrong, same)
		}
	}
}
