package wire

import (
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// VerifyReport is the comparison of mirrors with their stores.
type VerifyReport struct {
	Equal  bool       `json:"equal"`
	Stores []Verified `json:"stores"`
}

// Verified is the comparison of one mirror with its store.
type Verified struct {
	Store       string                  `json:"store"`
	Equal       bool                    `json:"equal"`
	Records     int                     `json:"records"`
	Resources   []mirror.ResourceReport `json:"resources"`
	Notes       []string                `json:"notes,omitempty"`
	NotCompared []storage.Resource      `json:"not_compared,omitempty"`
	Differences []Difference            `json:"differences"`
	Requests    int64                   `json:"requests"`
	Seconds     float64                 `json:"seconds"`
}

// Difference is a record that differs. Fields are the first places at which it does.
type Difference struct {
	Resource storage.Resource `json:"resource"`
	ID       int64            `json:"id,omitempty"`
	Slug     string           `json:"slug,omitempty"`
	ParentID int64            `json:"parent_id,omitempty"`
	Found    string           `json:"found"`
	Fields   []Field          `json:"fields,omitempty"`
}

// Field is one place at which a record on the store and in the mirror differ.
type Field struct {
	Path   string `json:"path"`
	Store  string `json:"store"`
	Mirror string `json:"mirror"`
}

// VerifiedOf is the report on one store.
func VerifiedOf(st storage.Store, r mirror.Report) Verified {
	v := Verified{
		Store: st.Name, Equal: r.Equal(), Records: r.Records(), Resources: r.Resources, Notes: r.Notes,
		NotCompared: r.NotCompared, Differences: []Difference{},
		Requests: r.Requests, Seconds: r.Elapsed.Seconds(),
	}
	for _, d := range r.Differences {
		view := Difference{Resource: d.Resource, ID: d.ID, Slug: d.Slug, ParentID: d.ParentID, Found: d.Found}
		for _, f := range d.Fields {
			view.Fields = append(view.Fields, Field{Path: f.Path, Store: f.A, Mirror: f.B})
		}
		v.Differences = append(v.Differences, view)
	}
	return v
}
