package capability

// ExplanationReport is the JSON form of an explanation.
type ExplanationReport struct {
	Role        string             `json:"role,omitempty"`
	Title       string             `json:"title,omitempty"`
	Scopes      []Scope            `json:"scopes"`
	Storage     Storage            `json:"storage"`
	WooCommerce string             `json:"woocommerce"`
	Lacks       []CapabilityReport `json:"lacks"`
	Opens       []OpeningReport    `json:"opens"`
	Idle        []IdleReport       `json:"idle"`
	Unwanted    []CapabilityReport `json:"unwanted"`
	Besides     []BesidesReport    `json:"besides"`
	Difference  *DifferenceReport  `json:"difference,omitempty"`
}

// OpeningReport says how far a scope is served: all, part or nothing.
type OpeningReport struct {
	Scope   Scope           `json:"scope"`
	Wanted  bool            `json:"wanted"`
	Extent  Extent          `json:"extent"`
	Refused []RefusalReport `json:"refused"`
}

// RefusalReport is one refused use. Item says that the refusal comes inside a batch that answers 200.
type RefusalReport struct {
	Operation string  `json:"operation"`
	Which     string  `json:"which,omitempty"`
	Storage   Storage `json:"storage,omitempty"`
	// WooCommerce is the version that refuses the use, where the versions that were asked about differ.
	WooCommerce string   `json:"woocommerce,omitempty"`
	Status      int      `json:"status"`
	Code        string   `json:"code"`
	Item        bool     `json:"item,omitempty"`
	Missing     []string `json:"missing"`
}

// IdleReport is a capability carried for nothing.
type IdleReport struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// BesidesReport is what else a capability opens.
type BesidesReport struct {
	Name  string `json:"name"`
	Opens string `json:"opens"`
}

// DifferenceReport is what changed from one role to the other.
type DifferenceReport struct {
	From    string   `json:"from"`
	Removed []string `json:"removed"`
	Added   []string `json:"added"`
	Lost    []string `json:"lost"`
	Gained  []string `json:"gained"`
}

// Report gives the explanation as data for JSON. Lists are never null.
func (e Explanation) Report() ExplanationReport {
	report := ExplanationReport{
		Role: e.Role.Name, Title: e.Role.Title, Scopes: e.Scopes, Storage: e.Site.Storage,
		WooCommerce: e.Site.Version.String(),
		Lacks:       []CapabilityReport{}, Opens: []OpeningReport{}, Idle: []IdleReport{},
		Unwanted: []CapabilityReport{},
		Besides:  []BesidesReport{},
	}
	if report.Storage == "" {
		report.Storage = HPOS
	}
	for _, need := range e.Lacks {
		report.Lacks = append(report.Lacks, need.report())
	}
	for _, opening := range e.Opens {
		report.Opens = append(report.Opens, opening.report())
	}
	for _, idle := range e.Idle {
		report.Idle = append(report.Idle, IdleReport{idle.Capability, idle.Why})
	}
	for _, need := range e.Unwanted {
		item := need.report()
		item.Scopes = []Scope{}
		report.Unwanted = append(report.Unwanted, item)
	}
	for _, fact := range e.Besides {
		report.Besides = append(report.Besides, BesidesReport{fact.Capability, fact.Besides})
	}
	return report
}

func (o Opening) report() OpeningReport {
	report := OpeningReport{Scope: o.Scope, Wanted: o.Wanted, Extent: o.Extent, Refused: []RefusalReport{}}
	for _, refusal := range o.Refused {
		d := refusal.Decision
		version := ""
		if refusal.Use.Version != (Version{}) {
			version = refusal.Use.Version.String()
		}
		report.Refused = append(report.Refused, RefusalReport{
			WooCommerce: version, Operation: refusal.Use.Op.String(), Which: refusal.Use.Which,
			Storage: refusal.Use.Storage,
			Status:  d.Status, Code: d.Code, Item: d.Item, Missing: append([]string{}, d.Missing...),
		})
	}
	return report
}

// Report gives the difference as data for JSON. Lists are never null.
func (d Difference) Report() DifferenceReport {
	return DifferenceReport{
		From:    d.From.Name,
		Removed: append([]string{}, d.Removed...), Added: append([]string{}, d.Added...),
		Lost: append([]string{}, useNames(d.Lost)...), Gained: append([]string{}, useNames(d.Gained)...),
	}
}
