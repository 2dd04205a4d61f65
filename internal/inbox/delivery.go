package inbox

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// The headers of a delivery. Only the body is signed, so nothing that matters rests on them.
const (
	topicHeader     = "X-WC-Webhook-Topic"
	idHeader        = "X-WC-Webhook-Delivery-ID"
	signatureHeader = "X-WC-Webhook-Signature"
)

// resources are the kinds of records that topics are about, by the first word of the topic.
var resources = map[string]storage.Resource{
	"order": storage.Orders, "product": storage.Products, "coupon": storage.Coupons, "customer": storage.Customers,
}

// deliveryOf reads what a delivery is about. Where the delivery does not tell, as with a record that the webhook's user
// may not read, the resource is empty.
func deliveryOf(storeID int64, header http.Header, body []byte, now time.Time) storage.Delivery {
	d := storage.Delivery{StoreID: storeID, Key: keyOf(header.Get(idHeader), body), ReceivedAt: now}
	word, _, _ := strings.Cut(header.Get(topicHeader), ".")
	var named struct {
		ID       int64  `json:"id"`
		ParentID int64  `json:"parent_id"`
		Type     string `json:"type"`
	}
	resource, known := resources[word]
	if !known || json.Unmarshal(body, &named) != nil || named.ID <= 0 {
		return d
	}
	d.Ref = storage.Ref{Resource: resource, ID: named.ID}
	if resource == storage.Products && named.Type == "variation" && named.ParentID > 0 {
		d.Resource, d.ParentID = storage.Variations, named.ParentID
	}
	return d
}

// keyOf is a key by which a delivery that comes again is known. The id of a delivery is not enough: two of one webhook
// in one second have the same (docs/woocommerce/webhooks.md#webhook-same-id).
func keyOf(id string, body []byte) (key [storage.DeliveryKeySize]byte) {
	content := sha256.Sum256(body)
	whole := sha256.Sum256(append(content[:], id...))
	copy(key[:], whole[:])
	return key
}
