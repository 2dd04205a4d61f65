package catalogue

import (
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// printedProof shows what stands in front of the JSON of an answer.
func (f *Case) printedProof(x *evidence.Exchange) Fix {
	command, ok := f.bodyOf(x)
	line, _, _ := strings.Cut(strings.TrimSpace(x.Body.Stray), "\n")
	line = string([]rune(line)[:min(24, len([]rune(line)))])
	switch {
	case !ok:
		return Fix{}
	case x.Body.BOM:
		return prove(command+" | head -c 3 | od -An -tx1", "“ef bb bf”", "no “ef bb bf”")
	case line == "":
		return prove(command+" | head -c 1", "nothing (a blank line)", "begins with “{” or begins with “[”")
	}
	return prove(command+" | head -c 80", "“"+line+"”", "no “"+line+"” (it begins with [ or {)")
}

// behindProof shows what stands behind the JSON of an answer.
func (f *Case) behindProof(x *evidence.Exchange) Fix {
	command, ok := f.bodyOf(x)
	if !ok {
		return Fix{}
	}
	end := "]"
	if x.Body.Count < 0 {
		end = "}"
	}
	return prove(command+" | tail -c 120", "does not end in “"+end+"”", "ends in “"+end+"”")
}

// bodyOf asks for the answer itself.
func (f *Case) bodyOf(x *evidence.Exchange) (command string, ok bool) {
	command, ok = f.curlOf(x)
	return strings.Replace(command, statusOnly, "", 1), ok
}

// garbledProof shows a body that is compressed otherwise than its headers say.
func (f *Case) garbledProof(x *evidence.Exchange) Fix {
	command, ok := f.bodyOf(x)
	if !ok {
		return Fix{}
	}
	if encoding, unasked := strings.CutSuffix(x.Body.Garbled, "-unasked"); unasked {
		return prove(strings.Replace(command, "curl -sS", "curl -sS -o /dev/null -D - -H 'Accept-Encoding: gzip'", 1)+
			" | grep -i '^content-encoding'", "“"+encoding+"” (which was not asked for)", "no “"+encoding+"”")
	}
	return prove(strings.Replace(command, "curl -sS", "curl -sS --compressed", 1)+" | head -c 2 | od -An -tx1",
		"“1f 8b” or nothing", "“7b” or “5b” (the letters { and [)")
}

// cutProof shows how an answer ends that ends too early.
func (f *Case) cutProof(x *evidence.Exchange) Fix {
	command, ok := f.bodyOf(x)
	if !ok {
		return Fix{}
	}
	last := "]"
	if strings.HasPrefix(x.Body.Snippet, "{") {
		last = "}"
	}
	return prove(command+" | tail -c 1", "does not end in “"+last+"”", "ends in “"+last+"”")
}
