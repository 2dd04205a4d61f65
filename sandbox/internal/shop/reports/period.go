package reports

import (
	"regexp"
	"strconv"
	"time"
)

// reportPeriod is the period of a sales report. Its times are those of the store's clock, stored as if they were UTC,
// because WooCommerce computes these dates in that way.
type reportPeriod struct {
	start, end time.Time // end is the midnight at which the last day begins
	byMonth    bool
	intervals  int // days or months after the first
}

// reportPeriodOf reads the parameters of a report. A named period wins. Of two dates either may be missing. Without
// parameters the report is about today (WC_REST_Report_Sales_V1_Controller::setup_report).
func (s *Store) reportPeriodOf(name, from, to string) reportPeriod {
	now := wallClock(s.Now(), s.Zone())
	today := midnight(now)
	firstOfMonth := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	p := reportPeriod{start: today, end: today}
	switch name {
	case "week":
		p.start = today.AddDate(0, 0, -6)
	case "month":
		p.start = firstOfMonth
	case "last_month":
		p.start, p.end = firstOfMonth.AddDate(0, -1, 0), firstOfMonth.AddDate(0, 0, -1)
	case "year":
		p.start, p.byMonth = time.Date(now.Year(), 1, 1, 0, 0, 0, 0, time.UTC), true
	default:
		if from != "" || to != "" {
			p = s.customPeriod(from, to, today)
		}
	}
	p.count()
	return p
}

// customPeriod is a period between two dates. It begins twenty years ago when from is no date, and ends today when to
// is missing. More than three months are shown by month.
func (s *Store) customPeriod(from, to string, today time.Time) reportPeriod {
	p := reportPeriod{start: s.Now().AddDate(-20, 0, 0), end: today}
	if date, ok := parseDay(from); ok && date.After(p.start) {
		p.start = date
	}
	if to != "" {
		// PHP takes a text that is no date for the beginning of 1970.
		p.end = time.Unix(0, 0).UTC()
		if date, ok := parseDay(to); ok {
			p.end = date
		}
	}
	p.byMonth = monthsWithin(p.start, p.end) > 3
	return p
}

func (p *reportPeriod) count() {
	if p.byMonth {
		p.intervals = monthsWithin(time.Date(p.start.Year(), p.start.Month(), 1, 0, 0, 0, 0, time.UTC), p.end)
		return
	}
	if span := p.end.Sub(p.start); span > 0 {
		const day = 24 * time.Hour
		p.intervals = int((span + day - 1) / day)
	}
}

// monthsWithin is how often a month can be added to from before it passes to. A date that does not exist in a month
// moves into the next.
func monthsWithin(from, to time.Time) int {
	count := 0
	for from = from.AddDate(0, 1, 0); !from.After(to); from = from.AddDate(0, 1, 0) {
		count++
	}
	return count
}

// names are the days or months of the period, as the report shows them.
func (p reportPeriod) names() []string {
	names := make([]string, 0, p.intervals+1)
	for i := range p.intervals + 1 {
		if p.byMonth {
			names = append(names, p.name(p.start.AddDate(0, i, 0)))
		} else {
			names = append(names, p.name(p.start.AddDate(0, 0, i)))
		}
	}
	return names
}

// name is the day or month a moment belongs to.
func (p reportPeriod) name(at time.Time) string {
	if p.byMonth {
		return at.Format("2006-01")
	}
	return at.Format(time.DateOnly)
}

// includes says whether something at a moment is in the period.
func (p reportPeriod) includes(at time.Time) bool {
	return !at.Before(p.start) && at.Before(p.end.AddDate(0, 0, 1))
}

// wallClock is what a clock in a zone shows, as if it were UTC.
func wallClock(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

var dayPattern = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})$`)

// parseDay reads 2024-05-31 as PHP's strtotime does: the 31st of February is a day in March.
func parseDay(text string) (time.Time, bool) {
	m := dayPattern.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false
	}
	year, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2])
	day, _ := strconv.Atoi(m[3])
	if month > 12 || day > 31 {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), true
}
