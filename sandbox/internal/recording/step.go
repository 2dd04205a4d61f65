package recording

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// Step is one line of a recordings file.
type Step struct {
	ID      string `json:"id"`
	Group   string `json:"group"`
	Section string `json:"section"`
	Kind    string `json:"kind"` // "http" or "server"
	Note    string `json:"note"`

	// Server steps.
	Op     string          `json:"op"`
	Args   json.RawMessage `json:"args"`
	Output json.RawMessage `json:"output"`

	// HTTP steps.
	As       string    `json:"as"`
	Auth     string    `json:"auth"`
	Scheme   string    `json:"scheme"`
	T        int64     `json:"t"` // store clock, Unix seconds; 0 when not recorded
	Request  *Request  `json:"request"`
	Response *Response `json:"response"`

	Volatile        []string          `json:"volatile"`
	VolatileHeaders []string          `json:"volatile_headers"`
	Captures        map[string]string `json:"captures"`
	// Captured are the values of the captures when the step was recorded.
	Captured map[string]any `json:"captured"`
}

// Request is what was sent.
type Request struct {
	Method        string            `json:"method"`
	Path          string            `json:"path"`
	Query         [][2]any          `json:"query"`
	QueryRaw      *string           `json:"query_raw"`
	Headers       map[string]string `json:"headers"`
	Body          json.RawMessage   `json:"body"`
	BodyForm      [][2]any          `json:"body_form"`
	BodyRaw       *string           `json:"body_raw"`
	BodyRawBase64 *string           `json:"body_raw_base64"`
	OAuth         *OAuth            `json:"oauth"`
	CookieJar     string            `json:"cookie_jar"`
}

// OAuth are the OAuth 1.0a parameters of a request.
type OAuth struct {
	Placement string            // "query" or "header"
	Params    map[string]string // as sent
	Order     []string          // of Params in the file
	// Secret and BaseString are what the signature was made from.
	Secret     string
	BaseString string
}

// UnmarshalJSON keeps the order of the parameters.
func (o *OAuth) UnmarshalJSON(data []byte) error {
	var plain struct {
		Placement  string          `json:"placement"`
		Params     json.RawMessage `json:"params"`
		Secret     string          `json:"consumer_secret"`
		BaseString string          `json:"base_string"`
	}
	if err := json.Unmarshal(data, &plain); err != nil {
		return err
	}
	o.Placement, o.Secret, o.BaseString = plain.Placement, plain.Secret, plain.BaseString
	if plain.Params == nil {
		return nil
	}
	if err := json.Unmarshal(plain.Params, &o.Params); err != nil {
		return err
	}
	o.Order = keyOrder(plain.Params)
	return nil
}

// Response is what the store answered.
type Response struct {
	Status    int               `json:"status"`
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
	BodyText  *string           `json:"body_text"`
	BodyRaw   *string           `json:"body_raw"`
	BodyEmpty bool              `json:"body_empty"`
	BodyFile  string            `json:"body_file"`
	HTMLTitle *string           `json:"html_title"`
	HTMLText  *string           `json:"html_text"`
	HTMLLinks []string          `json:"html_links"`
}

// Section is a part of the file that can be played on its own.
type Section struct {
	Name  string
	Steps []*Step
}

// Read reads a recordings file. Sections come in the order of their first step.
func Read(r io.Reader) ([]*Section, error) {
	var sections []*Section
	byName := map[string]*Section{}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 1<<20), 64<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		step := &Step{}
		if err := json.Unmarshal(lines.Bytes(), step); err != nil {
			return nil, fmt.Errorf("reading the recordings, line %d: %w", n, err)
		}
		section := byName[step.Section]
		if section == nil {
			section = &Section{Name: step.Section}
			byName[step.Section] = section
			sections = append(sections, section)
		}
		section.Steps = append(section.Steps, step)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the recordings: %w", err)
	}
	return sections, nil
}
