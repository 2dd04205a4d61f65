package reading_test

import (
	"slices"
	"testing"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestAnOrderLeadsToItsRecords(t *testing.T) {
	t.Parallel()
	r, err := reading.Of(storage.Orders, []byte(`{"id":5,"parent_id":3,"status":"completed","customer_id":9,
		"line_items":[{"product_id":7,"variation_id":0},{"product_id":8,"variation_id":81}],"coupon_lines":[{"code":"ten"}],
		"refunds":[{"id":11}],"meta_data":[{"key":"k"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if r.ID != 5 || r.ParentID != 0 || r.CustomerID != 9 || r.Status != "completed" {
		t.Errorf("the head is %+v", r.Record)
	}
	if got := reading.IDsIn(r.Items, "product_id"); !slices.Equal(got, []int64{7, 8}) {
		t.Errorf("products %v", got)
	}
	if got := reading.VariableProducts(r.Items); !slices.Equal(got, []int64{8}) {
		t.Errorf("products with variations %v", got)
	}
	if got := reading.TextsIn(r.Vouchers, "code"); !slices.Equal(got, []string{"ten"}) {
		t.Errorf("coupons %v", got)
	}
	if got := reading.IDsIn(r.Refunds, "id"); !slices.Equal(got, []int64{11}) {
		t.Errorf("refunds %v", got)
	}
}

func TestARefundKnowsItsOrderByItsLinks(t *testing.T) {
	t.Parallel()
	r, err := reading.Of(
		storage.Refunds,
		[]byte(`{"id":5,"_links":{"up":[{"href":"https:\/\/shop.test\/wp-json\/wc\/v3\/orders\/46"}]}}`),
	)
	if err != nil || r.ParentID != 46 {
		t.Errorf("order %d, %v", r.ParentID, err)
	}
}

func TestLinesShowTheSKUThePictureAndTheTitleOfVariableProducts(t *testing.T) {
	t.Parallel()
	of := func(text string) *reading.Reading { return reading.OrEmpty(storage.Products, []byte(text)) }
	plain := of(`{"id":1,"type":"simple","name":"A","sku":"S","images":[{"id":2,"src":"x"}]}`)
	for text, same := range map[string]bool{
		`{"id":1,"type":"simple","name":"B","sku":"S","images":[{"id":2,"src":"x","alt":"new"}]}`: true,
		`{"id":1,"type":"simple","name":"A","sku":"T","images":[{"id":2,"src":"x"}]}`:             false,
		`{"id":1,"type":"simple","name":"A","sku":"S","images":[{"id":3,"src":"x"}]}`:             false,
		`{"id":1,"type":"variable","name":"B","sku":"S","images":[{"id":2,"src":"x"}]}`:           false,
	} {
		if reading.SameFace(plain, of(text)) != same {
			t.Errorf("%s: lines show the same: %v", text, !same)
		}
	}
}
