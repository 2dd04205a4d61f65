package storage_test

import (
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

func TestTheHeadOfARecord(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 2, 53, 43, 0, time.UTC)
	for _, tt := range []struct {
		resource storage.Resource
		raw      string
		want     storage.Record
	}{
		{storage.Orders, `{"id":5,"parent_id":4,"customer_id":9,"status":"trash","date_modified_gmt":"2026-11-30T02:53:43"}`,
			storage.Record{Ref: storage.Ref{Resource: storage.Orders, ID: 5}, CustomerID: 9, Status: "trash", Modified: at}},
		{storage.Refunds, `{"id":6,"parent_id":5,"customer_id":9,"date_created_gmt":"2026-11-30T02:53:43"}`,
			storage.Record{Ref: storage.Ref{Resource: storage.Refunds, ID: 6}, ParentID: 5, Created: at}},
		{storage.Products, `{"id":7,"date_created_gmt":null,"date_modified_gmt":"0000-00-00T00:00:00"}`,
			storage.Record{Ref: storage.Ref{Resource: storage.Products, ID: 7}}},
		{storage.Fulfillments, `{"id":8,"date_updated":"2026-11-30T02:53:43Z"}`,
			storage.Record{Ref: storage.Ref{Resource: storage.Fulfillments, ID: 8}, Modified: at}},
		{storage.Fulfillments, `{"id":8,"date_updated":"2026-11-29 21:53:43"}`, // local time: no date
			storage.Record{Ref: storage.Ref{Resource: storage.Fulfillments, ID: 8}}},
	} {
		got, err := storage.ReadHead(tt.resource, []byte(tt.raw), nil)
		if got.Raw = nil; err != nil || got.Ref != tt.want.Ref || got.ParentID != tt.want.ParentID ||
			got.Status != tt.want.Status ||
			got.CustomerID != tt.want.CustomerID || !got.Created.Equal(tt.want.Created) ||
			!got.Modified.Equal(tt.want.Modified) {
			t.Errorf("%s: %+v (%v), want %+v", tt.raw, got, err, tt.want)
		}
	}
	for _, raw := range []string{`[]`, `{"id":`, `{"status":"publish"}`, `null`} {
		if _, err := storage.ParseRecord(storage.Orders, 0, []byte(raw)); err == nil {
			t.Errorf("%s was taken for a record", raw)
		}
	}
}
