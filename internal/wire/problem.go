package wire

import "github.com/waybillhq/waybill/internal/problem"

// Problem is an error as HTTP answers it (RFC 9457).
type Problem struct {
	Type      string            `json:"type" doc:"Address of the documentation of the code."`
	Title     string            `json:"title" doc:"What the code means."`
	Status    int               `json:"status"`
	Detail    string            `json:"detail" doc:"What went wrong this time, for people."`
	Code      problem.Code      `json:"code" doc:"Stable name of the problem, for programs."`
	Hint      string            `json:"hint,omitempty" doc:"What to do."`
	Details   map[string]string `json:"details,omitempty" doc:"Facts for programs: fields with what is wrong with them."`
	RequestID string            `json:"request_id" doc:"Names the request in logs."`
}

// ProblemOf is a problem as it is answered to a request.
func ProblemOf(p *problem.Problem, status int, requestID string) Problem {
	view := Problem{Type: "/docs#" + string(p.Code), Status: status, Detail: p.Message, Code: p.Code, Hint: p.Hint,
		Details: p.Details, RequestID: requestID}
	for _, e := range problem.Catalogue() {
		if e.Code == p.Code {
			view.Title = e.Meaning
		}
	}
	return view
}
