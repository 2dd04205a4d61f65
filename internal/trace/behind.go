package trace

import (
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// lateAfter is how old a mirror may be before what it does not show counts as missing.
const lateAfter = 15 * time.Minute

// behind says whether what happened in a shop lately is in its mirror.
func behind(st storage.Store, s follow.Standing, now time.Time) Hop {
	h := Hop{Link: Current, State: Done, At: s.CurrentAt, Says: currentAsOf()}
	age, whole := s.Age(now)
	switch {
	case st.Paused:
		h.State, h.Who, h.Says, h.Fix = Broken, You, shopPaused(st), goOn
		h.Remedy = Remedy{Do: ResumeStore, Store: st.Name}
	case s.Problem != nil && s.Stuck(st.Facts.Diagnosis):
		stuck(&h, st, s)
	case s.Problem != nil:
		h.State, h.Says, h.Who, h.Until = Waiting, shopFailed(s), Nobody, s.NextAt
	case !whole:
		h.State, h.Says, h.Who = Waiting, firstCopy(), Nobody
	case !s.Followed && age > lateAfter:
		h.State, h.Who, h.Says, h.Fix = Broken, You, nobodyFollows(age), copyNow
		h.Remedy = Remedy{Do: SyncStore, Store: st.Name}
	case age > lateAfter:
		h.State, h.Says, h.Who, h.Until = Waiting, late(age), Nobody, s.NextAt
	case s.Marked > 0:
		h.Says = marked(s.Marked)
	}
	return h
}

// stuck says why a shop cannot be read, and who can change that: in the doctor's words where the doctor has looked.
func stuck(h *Hop, st storage.Store, s follow.Standing) {
	h.State, h.Who, h.Says, h.Fix = Broken, You, shopRefuses(s.Problem.Message), findCause
	h.Remedy = Remedy{Do: ExamineStore, Store: st.Name}
	switch s.Problem.Code {
	case problem.StoreBlocked, problem.StoreCertificate, problem.PagesUnheeded:
		h.Who = Host
	}
	d := st.Facts.Diagnosis
	if d == nil || d.Cause == "" || d.Failure != string(s.Problem.Code) && d.Failure != "" {
		return
	}
	if d.Title != "" {
		h.Says = shopRefuses(d.Title)
	}
	if d.Fix != "" {
		h.Fix, h.Remedy = d.Fix, Remedy{}
	}
}
