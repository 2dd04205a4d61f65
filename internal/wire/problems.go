package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/storage"
)

// StandingProblem is something that stands, or stood, since a time, affects stores or receivers, and needs somebody.
type StandingProblem struct {
	ID    int64  `json:"id"`
	Kind  string `json:"kind" doc:"shop, late, writes, subscription, deliveries, receipts, webhooks or alerts."`
	Cause string `json:"cause" doc:"Of what, for programs: an error code, or the code of a write's reason."`
	Host  string `json:"host,omitempty" doc:"Where: the host of shops or receivers; absent where it stands everywhere."`
	State string `json:"state" enum:"open,acknowledged,ignored,resolved"`
	Grave bool   `json:"grave" doc:"Data does not arrive or is not written; else it only comes later."`
	// Headline is the problem in one line.
	Headline string    `json:"headline" doc:"The problem in one line: how many it affects, where, and what is wrong."`
	Title    string    `json:"title"`
	Why      string    `json:"why,omitempty" doc:"What was seen."`
	Who      string    `json:"who" enum:"nobody,you,host,receiver" doc:"Who must act."`
	Until    time.Time `json:"until,omitzero" doc:"When it is tried again, where nobody must act."`
	Acts     string    `json:"acts" doc:"Who must act, as a sentence."`
	Fix      string    `json:"fix,omitempty" doc:"What to do."`
	Docs     string    `json:"docs,omitempty" doc:"Where more of it stands."`
	Since    time.Time `json:"since"`
	SeenAt   time.Time `json:"seen_at,omitzero" doc:"When it was last seen anew, to the minute."`
	Affected int64     `json:"affected" doc:"How many it affects now."`
	Ever     int64     `json:"affected_ever" doc:"How many it has affected."`
	Times    int64     `json:"times" doc:"How often it began: one that comes back within an hour is the same."`

	ChangedAt    time.Time `json:"changed_at" doc:"When its state last changed."`
	By           string    `json:"by,omitempty" doc:"Who has given it its state; absent for itself."`
	Note         string    `json:"note,omitempty" doc:"What that person wrote."`
	IgnoredUntil time.Time `json:"ignored_until,omitzero"`
}

// StandingProblemOf is a problem in JSON.
func StandingProblemOf(p storage.Problem) StandingProblem {
	return StandingProblem{ID: p.ID, Kind: p.Kind, Cause: p.Cause, Host: p.Host, State: string(p.State), Grave: p.Grave,
		Headline: problems.Headline(p), Title: p.Title, Why: p.Why, Who: problems.Actor(p),
		Until: p.Until, Acts: problems.Acts(p),
		Fix: p.Fix, Docs: p.Docs, Since: p.Since, SeenAt: p.SeenAt, Affected: p.Affected, Ever: p.Ever, Times: p.Times,
		ChangedAt: p.ChangedAt, By: p.By, Note: p.Note, IgnoredUntil: p.IgnoredUntil}
}

// StandingProblems are problems, the newest first.
type StandingProblems struct {
	Problems []StandingProblem `json:"problems"`
	// Last is the id to ask behind for the next page.
	Last int64 `json:"last,omitempty" doc:"Ask for those before this one to go on; absent on the last page."`
	// LookedAt is when problems were last looked for.
	LookedAt time.Time `json:"looked_at,omitzero" doc:"When problems were last looked for; absent for never. A process that works does it every few seconds."`
}

// StandingProblemsOf is a page of problems; limit is how many were asked for.
func StandingProblemsOf(all []storage.Problem, limit int, lookedAt time.Time) StandingProblems {
	v := StandingProblems{Problems: make([]StandingProblem, len(all)), LookedAt: lookedAt}
	for i, p := range all {
		v.Problems[i] = StandingProblemOf(p)
	}
	if len(all) == limit && limit > 0 {
		v.Last = all[limit-1].ID
	}
	return v
}

// Affected is something that a problem affects, or has affected.
type Affected struct {
	What    string    `json:"what" doc:"store, writes, subscription, receipts or channel."`
	Name    string    `json:"name"`
	Count   int64     `json:"count,omitempty" doc:"How many things of it, such as writes; absent where it is one itself."`
	Since   time.Time `json:"since"`
	EndedAt time.Time `json:"ended_at,omitzero" doc:"When it was affected no more; absent while it is."`
	Detail  string    `json:"detail,omitempty" doc:"What was seen of it alone."`
}

// AffectedPage is a page of what a problem affects.
type AffectedPage struct {
	Affected []Affected `json:"affected"`
	Next     string     `json:"next,omitempty" doc:"Ask for what is after this to go on; absent on the last page."`
}

// AffectedPageOf is a page; limit is how many were asked for.
func AffectedPageOf(all []storage.Affected, limit int) AffectedPage {
	v := AffectedPage{Affected: make([]Affected, len(all))}
	for i, a := range all {
		v.Affected[i] = Affected{What: a.What, Name: a.Name, Count: a.Count, Since: a.Since, EndedAt: a.EndedAt,
			Detail: a.Detail}
	}
	if len(all) == limit && limit > 0 {
		v.Next = all[limit-1].Subject
	}
	return v
}
