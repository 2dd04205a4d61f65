package main

import (
	"fmt"
	"strings"
)

// check holds what the subscriber has taken against the log, and looks at the shop and for secrets.
func (s *story) check() {
	s.Helper()
	log := map[int64]storyEvent{}
	for _, c := range s.log() {
		log[c.Seq] = c
	}
	ids := map[int64]string{}
	latest := map[string]int64{}
	again := 0
	for _, e := range s.taken {
		if e.Seq == 0 {
			continue
		}
		if id, known := ids[e.Seq]; known {
			if again++; id != e.ID {
				s.Errorf("change %d came as %s and as %s", e.Seq, id, e.ID)
			}
			continue
		}
		ids[e.Seq] = e.ID
		c, there := log[e.Seq]
		if e.ID = ""; !there || c != e {
			s.Errorf("an event without its change: %+v, and the log has %+v", e, c)
		}
		record := fmt.Sprint(e.Resource, e.Record, e.Slug)
		if e.Seq < latest[record] {
			s.Errorf("of %s change %d came after %d", record, e.Seq, latest[record])
		}
		latest[record] = e.Seq
	}
	if len(ids) != len(log) {
		s.Errorf("of %d changes %d came", len(log), len(ids))
	}
	s.checkShop()
	s.checkSecrets()
	s.Logf("%d kills, %d changes on the shop, %d writes, %d changes in the log, %d came again", s.kills, s.onShop,
		len(s.written), len(log), again)
}

// checkShop looks for every write that was accepted, and for what was made twice.
func (s *story) checkShop() {
	s.Helper()
	w := &world{T: s.T}
	times := map[string]int{}
	for page := 1; ; page++ {
		var orders []struct {
			Note string `json:"customer_note"`
		}
		w.get(s.shop, fmt.Sprintf("/wp-json/wc/v3/orders?per_page=100&page=%d&_fields=customer_note", page), &orders)
		for _, o := range orders {
			times[o.Note]++
		}
		if len(orders) < 100 {
			break
		}
	}
	if len(s.written) == 0 || s.onShop == 0 {
		s.Error("nothing was done")
	}
	for key := range s.written {
		if times[key] != 1 {
			s.Errorf("%s is on the shop %d times", key, times[key])
		}
	}
	for note, n := range times {
		if strings.HasPrefix(note, "written-") && n != 1 {
			s.Errorf("%s is on the shop %d times", note, n)
		}
	}
}
