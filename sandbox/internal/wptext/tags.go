package wptext

import (
	"regexp"
	"strings"
)

// tagSet says which elements a filter keeps, each with its own attributes, and which attributes every element may have.
type tagSet struct {
	elements map[string]map[string]bool
	global   map[string]bool
}

// permits tells whether an element with the attributes own may carry a. It also cleans the value of a style.
func (t tagSet) permits(own map[string]bool, a *attribute) bool {
	name := strings.ToLower(a.name)
	switch {
	case own[name]:
	case t.global[name]:
	case t.global["data-*"] && dataAttribute.MatchString(name):
	default:
		return false
	}
	switch name {
	case "style":
		a.value = safeStyle(a.value)
		return a.value != ""
	case "download":
		return a.quote == ""
	}
	return true
}

var dataAttribute = regexp.MustCompile(`^data-[a-z0-9_-]+$`)

// safeStyle keeps the declarations of a style that hold no script. WordPress also has a list of allowed properties; the
// sandbox allows every property.
func safeStyle(s string) string {
	var kept []string
	for _, declaration := range strings.Split(
		strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(strings.TrimSpace(s)), ";",
	) {
		declaration = strings.TrimSpace(declaration)
		name, value, ok := strings.Cut(declaration, ":")
		if !ok || strings.TrimSpace(name) == "" || unsafeStyle.MatchString(value) {
			continue
		}
		kept = append(kept, declaration)
	}
	return strings.Join(kept, ";")
}

var unsafeStyle = regexp.MustCompile(`(?i)[\\(&=}]|/\*|expression|javascript`)

// addressAttributes are the attributes whose value is an address.
var addressAttributes = wordSet(`action archive background cite classid codebase data formaction href icon longdesc
	manifest poster profile src usemap xmlns`)

// The elements WordPress 6.8 allows in posts. Each line names elements and, after a colon, the attributes they may have
// beside the global ones.
var postTags = newTagSet(`aria-controls aria-current aria-describedby aria-details aria-expanded aria-hidden aria-label
	aria-labelledby aria-live class data-* dir hidden id lang style title role xml:lang`,
	`address abbr acronym b bdo big br cite code dd dfn dl dt em fieldset i kbd mark rb rp rt rtc ruby s samp small strike strong sub sup title tt u var:`,
	`a: href rel rev name target download`,
	`area: alt coords href nohref shape target`,
	`article aside caption div figure figcaption footer h1 h2 h3 h4 h5 h6 header hgroup legend main nav p span section summary: align`,
	`audio: autoplay controls loop muted preload src`,
	`blockquote q: cite`,
	`button: disabled name type value`,
	`col colgroup: align char charoff span valign width`,
	`del: datetime`,
	`details: align open`,
	`font: color face size`,
	`hr: align noshade size width`,
	`img: alt align border height hspace loading longdesc vspace src usemap width`,
	`ins: datetime cite`,
	`label: for`,
	`li: align value`,
	`map: name`,
	`menu ul: type`,
	`pre: width`,
	`table: align bgcolor border cellpadding cellspacing rules summary width`,
	`tbody tfoot thead: align char charoff valign`,
	`td th: abbr align axis bgcolor char charoff colspan headers height nowrap rowspan scope valign width`,
	`textarea: cols rows disabled name readonly`,
	`tr: align bgcolor char charoff valign`,
	`track: default kind label src srclang`,
	`ol: start type reversed`,
	`video: autoplay controls height loop muted playsinline poster preload src width`,
)

// The elements WordPress allows in titles of authors without unfiltered_html.
var dataTags = newTagSet("",
	`a: href title`, `abbr acronym: title`, `b cite code em i strike strong s:`, `blockquote q: cite`, `del: datetime`,
)

func newTagSet(global string, lines ...string) tagSet {
	set := tagSet{elements: map[string]map[string]bool{}, global: wordSet(global)}
	for _, line := range lines {
		names, attributes, _ := strings.Cut(line, ":")
		for _, name := range strings.Fields(names) {
			set.elements[name] = wordSet(attributes)
		}
	}
	return set
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// entityNames are the named entities WordPress knows.
var entityNames = wordSet(`
	nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn acute micro para
	middot cedil ordm raquo iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml
	Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml
	Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute
	icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
	quot amp lt gt apos OElig oelig Scaron scaron Yuml circ tilde ensp emsp thinsp zwnj zwj lrm rlm ndash mdash
	lsquo rsquo sbquo ldquo rdquo bdquo dagger Dagger permil lsaquo rsaquo euro fnof Alpha Beta Gamma Delta
	Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau Upsilon Phi Chi Psi Omega alpha
	beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi
	chi psi omega thetasym upsih piv bull hellip prime Prime oline frasl weierp image real trade alefsym larr uarr
	rarr darr harr crarr lArr uArr rArr dArr hArr forall part exist empty nabla isin notin ni prod sum minus
	lowast radic prop infin ang and or cap cup int sim cong asymp ne equiv le ge sub sup nsub sube supe oplus
	otimes perp sdot lceil rceil lfloor rfloor lang rang loz spades clubs hearts diams sup1 sup2 sup3 frac14
	frac12 frac34 there4
`)
