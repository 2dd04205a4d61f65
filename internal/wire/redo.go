package wire

import (
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/reconcile"
	"github.com/waybillhq/waybill/internal/redo"
	"github.com/waybillhq/waybill/internal/storage"
)

// Redone is what is done again, or would be.
type Redone struct {
	Preview  bool    `json:"preview" doc:"Nothing was done."`
	Count    int     `json:"count" doc:"How many records are read, or events sent."`
	Requests int     `json:"requests" doc:"How many requests to the shop it takes, at least; 0 where the mirror is enough."`
	IDs      []int64 `json:"ids" doc:"The records; none of a part of the log. At most 10000."`
	Underway []int64 `json:"underway" doc:"Records that are sent anyway: they are on their way."`
	LeftOut  []int64 `json:"left_out" doc:"Records that cannot be: they are not known, or the receiver does not get them."`
}

// shownAtMost bounds a list of records in an answer.
const shownAtMost = 10_000

func idsOf(refs []storage.Ref) []int64 {
	refs = refs[:min(len(refs), shownAtMost)]
	ids := make([]int64, len(refs))
	for i, r := range refs {
		ids[i] = r.ID
	}
	return ids
}

// RedoneOf is what is done again.
func RedoneOf(p redo.Plan, preview bool) Redone {
	return Redone{Preview: preview, Count: p.Count, Requests: p.Requests, IDs: idsOf(p.Records),
		Underway: idsOf(p.Underway), LeftOut: idsOf(p.LeftOut)}
}

// ReconciledOrder is an order of a shop that a list lacks.
type ReconciledOrder struct {
	ID        int64     `json:"id"`
	Number    string    `json:"number"`
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"created_at,omitzero"`
}

// Reconciled is what the comparison of a shop with a list came to.
type Reconciled struct {
	By          string            `json:"by" enum:"number,id" doc:"What the words of the list are."`
	Both        int               `json:"both" doc:"Orders that are in the shop and in the list."`
	OnlyInShop  int               `json:"only_in_shop"`
	OnlyThere   int               `json:"only_there"`
	Underway    int               `json:"underway" doc:"Orders that are on their way to the receiver."`
	LeftOut     int               `json:"left_out" doc:"Orders of the shop that the receiver does not get."`
	InShop      []ReconciledOrder `json:"in_shop" doc:"Those only in the shop. At most 10000."`
	There       []string          `json:"there" doc:"Those only in the list. At most 10000."`
	Redelivered *Redone           `json:"redelivered,omitempty" doc:"What is sent again of those only in the shop."`
}

// ReconciledOf is what a comparison came to.
func ReconciledOf(f reconcile.Found) Reconciled {
	v := Reconciled{By: string(f.By), Both: f.Both, OnlyInShop: len(f.Missing), OnlyThere: len(f.Unknown),
		Underway: len(f.Underway), LeftOut: f.LeftOut, InShop: []ReconciledOrder{},
		There: append([]string{}, f.Unknown[:min(len(f.Unknown), shownAtMost)]...)}
	for _, o := range f.Missing[:min(len(f.Missing), shownAtMost)] {
		v.InShop = append(v.InShop, ReconciledOrder{ID: o.ID, Number: o.Number, Status: o.Status, CreatedAt: o.Created})
	}
	return v
}

// TraceLink is a link that shows the way of one order.
type TraceLink struct {
	ID        string    `json:"id"`
	Store     string    `json:"store"`
	OrderID   int64     `json:"order_id"`
	By        string    `json:"by,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Path      string    `json:"path,omitempty" doc:"Where it is shown on this server. It is told this once."`
	URL       string    `json:"url,omitempty" doc:"The same, with serve.public_url before it where that is set."`
}

// LinkPath is where links are shown.
const LinkPath = "/trace/"

// TraceLinkOf is a link; store is the name of its store, token what it is opened with, where that is known.
func TraceLinkOf(l storage.Link, store, token, publicURL string) TraceLink {
	v := TraceLink{ID: l.ID, Store: store, OrderID: l.OrderID, By: l.By, CreatedAt: l.CreatedAt, ExpiresAt: l.ExpiresAt}
	if token == "" {
		return v
	}
	v.Path = LinkPath + token
	if publicURL != "" {
		v.URL = strings.TrimRight(publicURL, "/") + v.Path
	}
	return v
}
