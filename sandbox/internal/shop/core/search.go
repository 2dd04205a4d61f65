package core

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// PostStatuses is the status parameter as WordPress's query reads it. No status means published posts. "any" means all
// but trash and the editor's drafts. Unknown statuses are ignored; if none is left, all posts match.
func PostStatuses(v rest.Value) map[string]bool {
	asked := ListOfNames(v)
	if len(asked) == 0 {
		return map[string]bool{"publish": true}
	}
	known := map[string]bool{}
	for _, status := range asked {
		switch status {
		case "any":
			return map[string]bool{"publish": true, "future": true, "draft": true, "pending": true, "private": true}
		case "publish", "future", "draft", "pending", "private", "trash", "auto-draft", "inherit":
			known[status] = true
		}
	}
	if len(known) == 0 {
		return nil
	}
	return known
}

// PostSearch is WordPress's search: words, or phrases in quotes, that must all occur. A word after a minus must not
// occur.
type PostSearch []string

// SearchTerms takes a search apart.
func SearchTerms(text string) PostSearch {
	const separators = " ,+\t"
	var terms PostSearch
	text = strings.NewReplacer("\r", "", "\n", "").Replace(text)
	for text = strings.TrimLeft(text, separators); text != ""; text = strings.TrimLeft(text, separators) {
		end := strings.IndexAny(text, separators+`"`)
		if text[0] == '"' { // up to the next quotation mark, or to the end
			if end = strings.IndexByte(text[1:], '"'); end >= 0 {
				end += 2
			}
		}
		if end < 0 {
			end = len(text)
		}
		term := strings.Trim(text[:end], `"' `)
		if rest.Truthy(term) && (len(term) > 1 || term != "-" && !isLetter(term[0])) {
			terms = append(terms, term)
		}
		text = text[end:]
	}
	return terms
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// Match says whether the texts together have all terms.
func (s PostSearch) Match(texts ...string) bool {
	for _, term := range s {
		excluded := len(term) > 1 && term[0] == '-'
		found := slices.ContainsFunc(texts, func(text string) bool {
			return ContainsFold(text, strings.TrimPrefix(term, "-"))
		})
		if found == excluded {
			return false
		}
	}
	return true
}

// SearchText is the text that is searched for. As with PHP's empty(), "0" is no search.
func SearchText(r *rest.Request) string {
	if !rest.Truthy(r.Param("search")) {
		return ""
	}
	return r.Text("search")
}
