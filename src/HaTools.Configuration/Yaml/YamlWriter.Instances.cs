namespace HaTools.Configuration.Yaml;

/// <summary>VRRP instances.</summary>
internal sealed partial class YamlWriter
{
    private void Instance(VrrpInstance v)
    {
        VrrpInstance usual = StrictMode.Defaults(v.Strict, v.Priority);
        text.Value("name", v.Name);
        if (v.Vrf is null) text.Value("interface", v.Interface);
        text.Value("vrf", v.Vrf);
        if (v.VirtualInterface is { } own) text.Map("virtualInterface", () => VirtualInterface(own));
        Switch("virtualMacForAddresses", v.VirtualMacForAddresses, usual.VirtualMacForAddresses);
        text.Value("virtualRouterId", v.VirtualRouterId);
        // Always said: it is the one thing that both routers must agree on and that the languages' defaults differ in.
        text.Value("version", v.Version);
        Switch("alsoVersion2", v.AlsoVersion2, usual.AlsoVersion2);
        Word("checksumForm", v.ChecksumForm, usual.ChecksumForm);
        Number("priority", v.Priority, usual.Priority);
        Time("advertisementInterval", v.AdvertisementInterval, usual.AdvertisementInterval);
        Number("downTimerAdverts", v.DownTimerAdverts, usual.DownTimerAdverts);
        Word("initialState", v.InitialState, usual.InitialState);
        Switch("noPreempt", v.NoPreempt, usual.NoPreempt);
        Time("preemptDelay", v.PreemptDelay, usual.PreemptDelay);
        text.Value("timerExpiredBackup", v.TimerExpiredBackup);
        Switch("strict", v.Strict, false);
        Switch("lowerPriorityNoAdvert", v.LowerPriorityNoAdvert, usual.LowerPriorityNoAdvert);
        Switch("higherPrioritySendAdvert", v.HigherPrioritySendAdvert, usual.HigherPrioritySendAdvert);
        Switch("ownerIgnoreAdverts", v.OwnerIgnoreAdverts, usual.OwnerIgnoreAdverts);
        if (v.Authentication is { } authentication) text.Map("authentication", () => Authentication(authentication));
        if (v.Hmac is { } hmac) text.Map("hmac", () => Hmac(hmac));
        Transport(v, usual);
        Network(v, usual);
        Announcements(v, usual);
        Switch("dontTrackPrimary", v.DontTrackPrimary, usual.DontTrackPrimary);
        text.List("trackInterfaces", v.TrackInterfaces, Tracked);
        text.List("trackScripts", v.TrackScripts, Tracked);
        text.List("trackFiles", v.TrackFiles, Tracked);
        text.List("trackProcesses", v.TrackProcesses, Tracked);
        text.List("trackBfd", v.TrackBfd, Tracked);
        Notify(v.Notify);
        Switch("notifyPriorityChanges", v.NotifyPriorityChanges, null);
        Switch("smtpAlert", v.SmtpAlert, null);
    }

    private void Transport(VrrpInstance v, VrrpInstance usual)
    {
        Address("sourceAddress", v.SourceAddress);
        Switch("trackSourceAddress", v.TrackSourceAddress, usual.TrackSourceAddress);
        Address("multicastGroup", v.MulticastGroup);
        text.List("unicastPeers", v.UnicastPeers, UnicastPeer);
        text.Value("unicastTtl", v.UnicastTtl);
        Switch("checkUnicastSource", v.CheckUnicastSource, usual.CheckUnicastSource);
        Switch("unicastFaultNoPeer", v.UnicastFaultNoPeer, usual.UnicastFaultNoPeer);
    }

    private void Network(VrrpInstance v, VrrpInstance usual)
    {
        text.List("virtualAddresses", v.VirtualAddresses, Address);
        text.List("excludedAddresses", v.ExcludedAddresses, Address);
        Switch("noVirtualAddress", v.NoVirtualAddress, usual.NoVirtualAddress);
        Switch("promoteSecondaries", v.PromoteSecondaries, usual.PromoteSecondaries);
        text.List("virtualRoutes", v.VirtualRoutes, Route);
        text.List("virtualRules", v.VirtualRules, Rule);
        Switch("accept", v.Accept, usual.Accept);
        text.Value("selfFencing", v.SelfFencing?.ToString());
    }

    private void Announcements(VrrpInstance v, VrrpInstance usual)
    {
        Number("garpRepeat", v.GarpRepeat, usual.GarpRepeat);
        Time("garpDelay", v.GarpDelay, usual.GarpDelay);
        Time("garpRefresh", v.GarpRefresh, usual.GarpRefresh);
        Number("garpRefreshRepeat", v.GarpRefreshRepeat, usual.GarpRefreshRepeat);
        Time("garpLowerPriorityDelay", v.GarpLowerPriorityDelay, usual.GarpLowerPriorityDelay);
        if (v.GarpLowerPriorityRepeat != usual.GarpLowerPriorityRepeat) text.Value("garpLowerPriorityRepeat", v.GarpLowerPriorityRepeat);
        Time("garpExtraInterval", v.GarpExtraInterval, usual.GarpExtraInterval);
        Switch("garpExtraAll", v.GarpExtraAll, usual.GarpExtraAll);
    }

    private void Authentication(VrrpAuthentication authentication)
    {
        text.Value("type", YamlEnum<VrrpAuthenticationType>.Format(authentication.Type));
        text.Value("password", authentication.Password);
    }

    private void Hmac(VrrpHmac h)
    {
        var usual = new VrrpHmac { Keys = [], ActiveKey = 1 };
        text.List("keys", h.Keys, key =>
        {
            text.Value("id", key.Id);
            text.Value("secret", key.Secret);
        });
        text.Value("activeKey", h.ActiveKey);
        Word("antiReplay", h.AntiReplay, usual.AntiReplay);
        Time("timeWindow", h.TimeWindow, usual.TimeWindow);
        Word("mode", h.Mode, usual.Mode);
    }

    private void UnicastPeer(UnicastPeer p)
    {
        if (p == new UnicastPeer(p.Address))
        {
            text.Item(p.Address.ToString());
            return;
        }
        Address("address", p.Address);
        text.Value("minimumTtl", p.MinimumTtl);
        text.Value("maximumTtl", p.MaximumTtl);
    }

    private void VirtualInterface(VirtualInterface i)
    {
        var usual = new VirtualInterface();
        Word("kind", i.Kind, usual.Kind);
        text.Value("name", i.Name);
        text.Value("macAddress", i.MacAddress is { } mac ? Networks.Format(mac) : null);
        Address("address", i.Address);
        text.Value("prefixLength", i.PrefixLength);
        Word("mode", i.Mode, usual.Mode);
        Switch("transmitOnBase", i.TransmitOnBase, usual.TransmitOnBase);
        Unsigned("group", i.Group);
    }
}
