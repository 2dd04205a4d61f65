package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/waybillhq/waybill/sandbox/internal/deepcopy"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/webhook"
)

// Snapshot is a store's records, settings, users and keys at one moment. It can be restored any number of times.
type Snapshot struct{ kept contents }

// contents are what a snapshot keeps. Everything is copied together, because keys and records refer to the same users.
// A snapshot of a site holds its whole network.
type contents []siteContents

type siteContents struct {
	shop      *shop.Contents
	directory *identity.Directory
	webhooks  *webhook.State
}

// Snapshot keeps the store as it is now. The request log and the clock are not part of it.
func (s *Store) Snapshot() *Snapshot {
	var kept contents
	sites := s.Sites()
	s.shop.Update(func(*shop.Store) {
		for _, site := range sites {
			kept = append(kept, siteContents{site.shop.Contents(), site.directory, site.webhooks.Contents()})
		}
		kept = deepcopy.Of(kept)
	})
	return &Snapshot{kept}
}

// Restore brings the store back to a snapshot of the same store.
func (s *Store) Restore(snapshot *Snapshot) {
	again := deepcopy.Of(snapshot.kept)
	sites := s.Sites()
	s.shop.Update(func(*shop.Store) {
		for i, kept := range again {
			sites[i].shop.SetContents(kept.shop)
			sites[i].directory = kept.directory
			sites[i].shop.Customers.SetDirectory(kept.directory)
			sites[i].webhooks.SetContents(kept.webhooks)
		}
	})
}

// hashed are the collections that make up the state as the API shows it. A pattern with %d is read for every record of
// the collection before it.
var hashed = [][]string{
	{"/wc/v3/orders?status=any,trash,auto-draft&orderby=id&order=asc", "/wc/v3/orders/%d/notes"},
	{"/wc/v3/refunds?orderby=id&order=asc"},
	{"/wc/v3/products?status=any&orderby=id&order=asc", "/wc/v3/products/%d/variations?orderby=id&order=asc"},
	{"/wc/v3/products?status=trash&orderby=id&order=asc"},
	{"/wc/v3/products/categories?orderby=id"}, {"/wc/v3/products/tags?orderby=id"},
	{"/wc/v3/products/brands?orderby=id"},
	{"/wc/v3/products/shipping_classes?orderby=id"},
	{"/wc/v3/products/attributes", "/wc/v3/products/attributes/%d/terms?orderby=id"},
	{"/wc/v3/products/reviews?orderby=id&order=asc&status=all"},
	{"/wc/v3/customers?role=all&orderby=id"}, {"/wc/v3/coupons?orderby=id&order=asc"},
	{"/wc/v3/taxes"}, {"/wc/v3/taxes/classes"},
	{"/wc/v3/shipping/zones", "/wc/v3/shipping/zones/%d/methods", "/wc/v3/shipping/zones/%d/locations"},
	{"/wc/v3/payment_gateways"}, {"/wc/v3/webhooks?orderby=id&order=asc"},
	{"/wc/v3/settings/general"}, {"/wc/v3/settings/products"}, {"/wc/v3/settings/tax"},
}

// Hash is a digest of what the API shows to the store's administrator. Equal stores have equal digests. It renders
// every record, which takes a while in a large store.
func (s *Store) Hash() string {
	digest := sha256.New()
	s.shop.Update(func(*shop.Store) {
		for _, group := range hashed {
			ids := s.hashCollection(digest, group[0])
			for _, below := range group[1:] {
				for _, id := range ids {
					s.hashCollection(digest, fmt.Sprintf(below, id))
				}
			}
		}
	})
	return hex.EncodeToString(digest.Sum(nil))
}

// hashCollection adds all pages of a collection to the digest and returns the ids in it. Of a collection that cannot be
// read the refusal is added.
func (s *Store) hashCollection(digest hash.Hash, address string) []int64 {
	var ids []int64
	var last []byte
	for page := 1; ; page++ {
		status, body := s.ask(address, page)
		if bytes.Equal(body, last) {
			return ids // a collection without pages, or the end
		}
		last = body
		fmt.Fprintf(digest, "%s %d %d %s\n", address, page, status, body)
		decoded, err := rest.DecodeJSON(body)
		records, isList := decoded.(rest.List)
		if err != nil || status != 200 || !isList {
			return ids
		}
		for _, record := range records {
			ids = append(ids, rest.Int(rest.AsObject(record).Value("id")))
		}
		if len(records) < hashPage {
			return ids
		}
	}
}

const hashPage = 100

// ask reads a page of a collection inside the store, as its administrator. The store is locked.
func (s *Store) ask(address string, page int) (status int, body []byte) {
	path, query := cut(address)
	query.Set("page", int64(page))
	query.Set("per_page", int64(hashPage))
	administrator, _ := s.directory.User(1)
	return s.rest.Do(&rest.Request{
		Method: "GET", Path: path, Query: query, Base: "https://store.invalid", Caller: administrator, Now: s.Now(),
	})
}

func cut(address string) (string, *rest.Object) {
	for i := range len(address) {
		if address[i] == '?' {
			return address[:i], rest.ParseQuery(address[i+1:])
		}
	}
	return address, &rest.Object{}
}
