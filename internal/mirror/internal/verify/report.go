package verify

import (
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/storage"
)

// Report is what [Run] found.
type Report struct {
	Resources []ResourceReport `json:"resources"`
	// Differences are the first differences, up to [Options].Show of them.
	Differences []RecordDifference `json:"differences,omitempty"`
	// NotCompared are the resources that were asked for by name and could not be compared. The report of each says why.
	NotCompared []storage.Resource `json:"not_compared,omitempty"`
	Requests    int64              `json:"requests"`
	// Notes tell the reader of the report what could not be compared or relied on, and why.
	Notes   []string      `json:"notes,omitempty"`
	Elapsed time.Duration `json:"elapsed"`
}

// Equal says whether store and mirror are equal. Everything asked for by name must have been compared, every compared
// record must be the same on both sides, and the store must have no known record that could not be compared.
func (r Report) Equal() bool {
	if len(r.NotCompared) > 0 {
		return false
	}
	for _, one := range r.Resources {
		if one.Unseen > 0 {
			return false
		}
	}
	return r.Agrees()
}

// Agrees says whether every compared record is the same on both sides.
func (r Report) Agrees() bool {
	for _, one := range r.Resources {
		if one.Different+one.OnlyStore+one.OnlyMirror > 0 {
			return false
		}
	}
	return true
}

// Records returns how many records the store showed.
func (r Report) Records() int {
	n := 0
	for _, one := range r.Resources {
		n += one.Store
	}
	return n
}

// ResourceReport counts the records of one resource, its trash included.
type ResourceReport struct {
	Resource storage.Resource `json:"resource"`
	// Store is how many records the store showed. Of these the mirror holds Equal with the same content and Different
	// with another content, and lacks OnlyStore. OnlyMirror is how many records the mirror holds that the store does
	// not have.
	Store      int `json:"store"`
	Equal      int `json:"equal"`
	Different  int `json:"different"`
	OnlyStore  int `json:"only_store"`
	OnlyMirror int `json:"only_mirror"`
	// Hidden counts the records of the store that are in no list and were compared under their ids. Unseen counts the
	// records that the store counts, that are in no list, and that the mirror does not hold: orders (hidden.go),
	// variations where there is no list of all (strays.go), and records missing from totals (adds.go). UnseenWhy says
	// why, if that is known.
	Hidden    int    `json:"hidden,omitempty"`
	Unseen    int    `json:"unseen,omitempty"`
	UnseenWhy string `json:"unseen_why,omitempty"`
	// Skipped says why the resource was not compared; empty when it was.
	Skipped string `json:"skipped,omitempty"`
}

// RecordDifference is one record that is not the same on both sides.
type RecordDifference struct {
	storage.Ref
	ParentID int64 `json:"parent_id,omitempty"`
	// Found is "different", "only_store" or "only_mirror".
	Found string `json:"found"`
	// Fields are the first members that differ: A is the store's value, B the mirror's.
	Fields []jsonvalue.Difference `json:"fields,omitempty"`
}

// The values of RecordDifference.Found.
const (
	FoundDifferent  = "different"
	FoundOnlyStore  = "only_store"
	FoundOnlyMirror = "only_mirror"
)

// Options adjust a verification.
type Options struct {
	// Show is how many differences are described; 20 when 0. All differences are counted.
	Show int
	// Resources limits the comparison to these resources; empty means all.
	Resources []storage.Resource
}
