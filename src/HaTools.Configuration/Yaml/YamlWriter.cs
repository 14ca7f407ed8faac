using System.Net;

namespace HaTools.Configuration.Yaml;

/// <summary>Writes the native language.</summary>
internal sealed class YamlWriter
{
    private readonly YamlText text = new();

    public static string Write(HaConfiguration configuration)
    {
        var writer = new YamlWriter();
        writer.Configuration(configuration);
        string yaml = writer.text.ToString();
        return yaml.Length == 0 ? "{}\n" : yaml;
    }

    private void Configuration(HaConfiguration c)
    {
        text.Value("routerId", c.RouterId);
        if (c.SelfFencing != SelfFencing.Automatic) text.Value("selfFencing", c.SelfFencing.ToString());
        text.List("scripts", c.Scripts, Script);
        text.List("vrrpInstances", c.VrrpInstances, Instance);
        text.List("virtualServers", c.VirtualServers, Service);
        text.List("directRoutingAddresses", c.DirectRoutingAddresses, a => text.Item(a.Address.ToString()));
    }

    private void Script(ScriptTracker s)
    {
        var defaults = new ScriptTracker { Name = "", Command = "" };
        text.Value("name", s.Name);
        text.Value("command", s.Command);
        Time("interval", s.Interval, defaults.Interval);
        Time("timeout", s.Timeout, defaults.Timeout);
        Number("weight", s.Weight, defaults.Weight);
        Number("rise", s.Rise, defaults.Rise);
        Number("fall", s.Fall, defaults.Fall);
        text.Value("user", s.User);
        if (s.InitFail) text.Value("initFail", true);
        if (s.Recover is { } recover) text.Map("recover", () => Recover(recover));
    }

    private void Recover(RecoveryAction r)
    {
        var defaults = new RecoveryAction { Command = "" };
        text.Value("command", r.Command);
        Time("timeout", r.Timeout, defaults.Timeout);
        Time("delay", r.Delay, defaults.Delay);
    }

    private void Instance(VrrpInstance v)
    {
        var defaults = new VrrpInstance { Name = "", Interface = "", VirtualRouterId = 1 };
        text.Value("name", v.Name);
        text.Value("interface", v.Interface);
        text.Value("virtualRouterId", v.VirtualRouterId);
        // Always said: it is the one thing that both routers must agree on and that the languages' defaults differ in.
        text.Value("version", v.Version);
        Word("checksumForm", v.ChecksumForm, defaults.ChecksumForm);
        Number("priority", v.Priority, defaults.Priority);
        Time("advertisementInterval", v.AdvertisementInterval, defaults.AdvertisementInterval);
        Word("initialState", v.InitialState, defaults.InitialState);
        if (v.NoPreempt) text.Value("noPreempt", true);
        if (v.Authentication is { } authentication)
        {
            text.Map("authentication", () =>
            {
                text.Value("type", YamlEnum<VrrpAuthenticationType>.Format(authentication.Type));
                text.Value("password", authentication.Password);
            });
        }
        text.List("virtualAddresses", v.VirtualAddresses, Address);
        text.List("trackScripts", v.TrackScripts, Tracked);
        Number("garpRepeat", v.GarpRepeat, defaults.GarpRepeat);
        Time("garpDelay", v.GarpDelay, defaults.GarpDelay);
        text.Value("selfFencing", v.SelfFencing?.ToString());
    }

    private void Address(VirtualAddress a)
    {
        if (a == new VirtualAddress { Address = a.Address, PrefixLength = a.PrefixLength })
        {
            text.Item(a.ToString());
            return;
        }
        text.Value("address", a.ToString());
        text.Value("device", a.Device);
        text.Value("label", a.Label);
        if (a.Scope is { } scope) text.Value("scope", YamlEnum<AddressScope>.Format(scope));
        text.Value("broadcast", a.Broadcast?.ToString());
    }

    private void Tracked(Tracked t)
    {
        if (t.Weight is null)
        {
            text.Item(t.Name);
            return;
        }
        text.Value("name", t.Name);
        text.Value("weight", t.Weight);
    }

    private void Service(VirtualServer s)
    {
        var defaults = new VirtualServer { Address = IPAddress.None, Port = 1 };
        text.Value("address", s.Address.ToString());
        text.Value("port", s.Port);
        Word("protocol", s.Protocol, defaults.Protocol);
        Word("scheduler", s.Scheduler, defaults.Scheduler);
        Word("forwarding", s.Forwarding, defaults.Forwarding);
        Time("persistence", s.Persistence, defaults.Persistence);
        Time("delayLoop", s.DelayLoop, defaults.DelayLoop);
        text.List("realServers", s.RealServers, Real);
    }

    private void Real(RealServer r)
    {
        var defaults = new RealServer { Address = IPAddress.None, Port = 1 };
        text.Value("address", r.Address.ToString());
        text.Value("port", r.Port);
        Number("weight", r.Weight, defaults.Weight);
        if (r.Check is { } check) text.Map("check", () => Check(check));
    }

    private void Check(HealthCheck c)
    {
        var defaults = new TcpCheck();
        text.Value("type", c switch
        {
            TcpCheck => "tcp",
            _ => throw new ArgumentException($"The native language has no word for {c.GetType().Name}.", nameof(c)),
        });
        Number("retry", c.Retry, defaults.Retry);
        Time("delayBeforeRetry", c.DelayBeforeRetry, defaults.DelayBeforeRetry);
        Time("connectTimeout", c.ConnectTimeout, defaults.ConnectTimeout);
        text.Value("connectAddress", c.ConnectAddress?.ToString());
        text.Value("connectPort", c.ConnectPort);
    }

    private void Number(string key, int value, int usual)
    {
        if (value != usual) text.Value(key, value);
    }

    private void Time(string key, TimeSpan? value, TimeSpan? usual)
    {
        if (value is { } time && value != usual) text.Value(key, Durations.Format(time));
    }

    private void Word(string key, string value, string usual)
    {
        if (value != usual) text.Value(key, value);
    }

    private void Word<T>(string key, T value, T usual) where T : struct, Enum
    {
        if (!value.Equals(usual)) text.Value(key, YamlEnum<T>.Format(value));
    }
}
