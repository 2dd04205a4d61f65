package evidence

import (
	"net/http"
	"slices"
)

// Editable is the record to try the change on: the first one that the store says may be changed. Where a list says
// nothing of its records it is the first of them.
func (f *View) Editable(e Edit) (Record, bool) {
	records, _ := ReadList(f.Get(e.List))
	for _, r := range records {
		if slices.Contains(f.RecordMethods(e.Kind, r), http.MethodPut) {
			return r, true
		}
	}
	if len(records) == 0 || Hinted(records) {
		return Record{}, false
	}
	return records[0], len(f.RecordMethods(e.Kind, records[0])) == 0
}

// ShutForPut reports that the store says of a record that it may be changed, and of the same record, asked with the
// method of a change, that it may not.
func (f *View) ShutForPut(e Edit) (Record, bool) {
	x := f.Get(e.Probe())
	r, found := f.Editable(e)
	shut := found && x != nil && isInvalidJSON(x) && !slices.Contains(Allowed(x), http.MethodPut) && !f.AllowLost() &&
		slices.Contains(f.RecordMethods(e.Kind, r), http.MethodPut)
	return r, shut
}
