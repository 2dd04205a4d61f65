package core

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// View is how a request wants orders and refunds shown.
type View struct {
	Decimals int
	// fields are the members asked for; nil means all. Members that have to be computed are only there when they are
	// named exactly: "line_items.id" gives no lines (recordings: line-upd-completed-seed).
	fields []string
	// Whole: members nobody asked for are needed nevertheless, unformatted, because only the answer around this one is
	// filtered (batch-context).
	Whole                    bool
	includeMeta, excludeMeta []string
	// Home is the address of the shop as the request sees it.
	Home string
	// HideVariation leaves out meta data of lines that their name says already.
	HideVariation bool
}

// ViewOf reads how a request wants orders shown.
func (s *Store) ViewOf(r *rest.Request) View {
	v := View{Decimals: s.Decimals(), Whole: r.HTTP == nil, Home: s.HomeOf(r)}
	if r.Given("dp") {
		v.Decimals = int(AbsInt(r.Param("dp")))
	}
	for _, name := range ListOfNames(r.Param("_fields")) {
		v.fields = append(v.fields, strings.TrimSpace(name))
	}
	if v.fields != nil {
		v.fields = append(v.fields, "id")
	}
	v.includeMeta, v.excludeMeta = textsOf(r.Param("include_meta")), textsOf(r.Param("exclude_meta"))
	v.HideVariation = r.Param("order_item_display_meta") == "true"
	return v
}

// textsOf is PHP's cast to an array: a text that no schema took apart, as on routes of single records, is one element.
func textsOf(v rest.Value) []string {
	if v == nil {
		return nil
	}
	if !rest.IsArray(v) {
		return []string{rest.Text(v)}
	}
	var texts []string
	for _, e := range rest.Elements(v) {
		texts = append(texts, rest.Text(e))
	}
	return texts
}

// HomeOf is the address of the shop as a request sees it: WordPress gives it the scheme it believes the connection has.
func (s *Store) HomeOf(r *rest.Request) string {
	if r.Base == "" {
		return s.Home()
	}
	return r.Base
}

// ListOfNames is wp_parse_list.
func ListOfNames(v rest.Value) []string {
	if rest.IsArray(v) {
		var names []string
		for _, e := range rest.Elements(v) {
			names = append(names, rest.Text(e))
		}
		return names
	}
	return wptext.ParseList(rest.Text(v))
}

// Plain says that the view shows everything in the usual way, so that rendered records can be kept.
func (v View) Plain() bool {
	return v.fields == nil && len(v.includeMeta) == 0 && len(v.excludeMeta) == 0 && !v.HideVariation
}

// Wants says whether a computed member is asked for.
func (v View) Wants(name string) bool {
	return v.fields == nil || slices.Contains(v.fields, name)
}

// Mentions says whether a plain member can be in the answer.
func (v View) Mentions(name string) bool {
	return v.fields == nil || v.Whole || slices.ContainsFunc(v.fields, func(field string) bool {
		top, _, _ := strings.Cut(field, ".")
		return top == name
	})
}

// Meta filters meta data by the parameters include_meta and exclude_meta; the first wins.
func (v View) Meta(l MetaList) MetaList {
	switch {
	case len(v.includeMeta) > 0:
		return slices.DeleteFunc(l, func(m Meta) bool { return !slices.Contains(v.includeMeta, m.Key) })
	case len(v.excludeMeta) > 0:
		return slices.DeleteFunc(l, func(m Meta) bool { return slices.Contains(v.excludeMeta, m.Key) })
	}
	return l
}
