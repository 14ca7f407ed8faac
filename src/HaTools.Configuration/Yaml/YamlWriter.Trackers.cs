namespace HaTools.Configuration.Yaml;

/// <summary>Trackers, their use, and notify scripts.</summary>
internal sealed partial class YamlWriter
{
    private void Script(ScriptTracker s)
    {
        var usual = new ScriptTracker { Name = "", Command = "" };
        text.Value("name", s.Name);
        text.Value("command", s.Command);
        Time("interval", s.Interval, usual.Interval);
        Time("timeout", s.Timeout, usual.Timeout);
        Number("weight", s.Weight, usual.Weight);
        Switch("reverse", s.Reverse, usual.Reverse);
        Number("rise", s.Rise, usual.Rise);
        Number("fall", s.Fall, usual.Fall);
        text.Value("user", s.User);
        Switch("initFail", s.InitFail, usual.InitFail);
        if (s.Recover is { } recover) text.Map("recover", () => Recover(recover));
    }

    private void Recover(RecoveryAction r)
    {
        var usual = new RecoveryAction { Command = "" };
        text.Value("command", r.Command);
        Time("timeout", r.Timeout, usual.Timeout);
        Time("delay", r.Delay, usual.Delay);
    }

    private void FileTracker(FileTracker f)
    {
        var usual = new FileTracker { Name = "", Path = "" };
        text.Value("name", f.Name);
        text.Value("path", f.Path);
        Number("weight", f.Weight, usual.Weight);
        Switch("reverse", f.Reverse, usual.Reverse);
        text.Value("initialValue", f.InitialValue);
        Switch("overwrite", f.Overwrite, usual.Overwrite);
    }

    private void Process(ProcessTracker p)
    {
        var usual = new ProcessTracker { Name = "", Command = [] };
        text.Value("name", p.Name);
        if (p.Command.Count == 1) text.Value("command", p.Command[0]);
        else Words("command", p.Command);
        Word("parameters", p.Parameters);
        Switch("fullCommand", p.FullCommand, usual.FullCommand);
        Number("weight", p.Weight, usual.Weight);
        Switch("reverse", p.Reverse, usual.Reverse);
        Number("quorum", p.Quorum, usual.Quorum);
        text.Value("quorumMax", p.QuorumMax);
        Time("forkDelay", p.ForkDelay, usual.ForkDelay);
        Time("terminateDelay", p.TerminateDelay, usual.TerminateDelay);
    }

    private void Bfd(BfdSession b)
    {
        var usual = new BfdSession { Name = "", Neighbour = b.Neighbour };
        text.Value("name", b.Name);
        Address("neighbour", b.Neighbour);
        Address("source", b.Source);
        Time("minimumReceive", b.MinimumReceive, usual.MinimumReceive);
        Time("minimumTransmit", b.MinimumTransmit, usual.MinimumTransmit);
        Time("idleTransmit", b.IdleTransmit, usual.IdleTransmit);
        Number("multiplier", b.Multiplier, usual.Multiplier);
        Switch("passive", b.Passive, usual.Passive);
        text.Value("ttl", b.Ttl);
        text.Value("maximumHops", b.MaximumHops);
        Switch("multihop", b.Multihop, usual.Multihop);
        Number("weight", b.Weight, usual.Weight);
        Switch("reverse", b.Reverse, usual.Reverse);
        Switch("forVrrp", b.ForVrrp, usual.ForVrrp);
        Switch("forChecks", b.ForChecks, usual.ForChecks);
    }

    private void Tracked(Tracked t)
    {
        if (t == new Tracked(t.Name))
        {
            text.Item(t.Name);
            return;
        }
        text.Value("name", t.Name);
        text.Value("weight", t.Weight);
        Switch("reverse", t.Reverse, null);
    }

    private void Notify(NotifyScripts notify)
    {
        if (notify == NotifyScripts.None) return;
        text.Map("notify", () =>
        {
            NotifyScript("master", notify.Master);
            NotifyScript("backup", notify.Backup);
            NotifyScript("fault", notify.Fault);
            NotifyScript("stop", notify.Stop);
            NotifyScript("deleted", notify.Deleted);
            Switch("saysDeleted", notify.SaysDeleted, NotifyScripts.None.SaysDeleted);
            NotifyScript("any", notify.Any);
            NotifyScript("masterReceivedLowerPriority", notify.MasterReceivedLowerPriority);
        });
    }

    private void NotifyScript(string key, NotifyScript? script)
    {
        if (script is null) return;
        if (script.User is null)
        {
            text.Value(key, script.Command);
            return;
        }
        text.Map(key, () =>
        {
            text.Value("command", script.Command);
            text.Value("user", script.User);
        });
    }
}
