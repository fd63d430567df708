package main

import (
	"strings"
	"testing"
)

func TestReadSettings(t *testing.T) {
	complete := map[string]string{
		"PROVISIONER_NAME": "example.com/nfs", "NFS_SERVER": "10.0.0.1", "NFS_PATH": "/export",
	}
	with := func(name, value string) map[string]string {
		changed := map[string]string{name: value}
		for key, kept := range complete {
			if key != name {
				changed[key] = kept
			}
		}
		return changed
	}
	for name, test := range map[string]struct {
		environment    map[string]string
		leaderElection bool
		expansion      bool
		problem        string
	}{
		"leader election is on unless told otherwise": {complete, true, false, ""},
		"leader election is switched off by false":    {with("ENABLE_LEADER_ELECTION", "false"), false, false, ""},
		"volumes grow where that is asked for":        {with("EXPAND_VOLUMES", "true"), true, true, ""},
		"growth must be a boolean":                    {with("EXPAND_VOLUMES", "on"), false, false, "EXPAND_VOLUMES"},
		"leader election must be a boolean":           {with("ENABLE_LEADER_ELECTION", "no"), false, false, "ENABLE_LEADER_ELECTION"},
		"the server is needed":                        {with("NFS_SERVER", ""), false, false, "NFS_SERVER"},
		"the path is needed":                          {with("NFS_PATH", ""), false, false, "NFS_PATH"},
		"the provisioner's name is needed":            {with("PROVISIONER_NAME", ""), false, false, "PROVISIONER_NAME"},
	} {
		t.Run(name, func(t *testing.T) {
			read, err := readSettings(func(key string) string { return test.environment[key] })
			if test.problem != "" {
				if err == nil || !strings.Contains(err.Error(), test.problem) {
					t.Fatalf("error %v does not name %s", err, test.problem)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if read.leaderElection != test.leaderElection {
				t.Errorf("leaderElection is %v", read.leaderElection)
			}
			if read.expansion != test.expansion {
				t.Errorf("expansion is %v", read.expansion)
			}
			if read.server != "10.0.0.1" || read.path != "/export" ||
				read.provisionerName != "example.com/nfs" {
				t.Errorf("read %+v", read)
			}
		})
	}
}
