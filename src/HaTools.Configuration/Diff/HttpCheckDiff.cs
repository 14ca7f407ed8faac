namespace HaTools.Configuration;

/// <summary>Compares what HTTP checks ask.</summary>
internal static class HttpCheckDiff
{
    public static void Compare(PropertyDiff server, string name, HttpCheck before, HttpCheck after)
    {
        server.Compare($"{name}.VirtualHost", before.VirtualHost, after.VirtualHost);
        server.Compare($"{name}.Version", before.Version, after.Version);
        server.Compare($"{name}.FastRecovery", before.FastRecovery, after.FastRecovery);
        if (before is HttpsCheck oldTls && after is HttpsCheck tls) Compare(server, name, oldTls, tls);
        if (before.Urls.Count != after.Urls.Count)
        {
            server.Set($"{name}.Urls", Describe(before), Describe(after));
            return;
        }

        for (int i = 0; i < before.Urls.Count; i++) Compare(server, $"{name}.Urls[{i}]", before.Urls[i], after.Urls[i]);
    }

    private static void Compare(PropertyDiff server, string name, HttpsCheck before, HttpsCheck after)
    {
        server.Compare($"{name}.EnableSni", before.EnableSni, after.EnableSni);
        server.Compare($"{name}.SniName", before.SniName, after.SniName);
        server.Compare($"{name}.TlsCompliant", before.TlsCompliant, after.TlsCompliant);
        server.Compare($"{name}.RequireCloseNotify", before.RequireCloseNotify, after.RequireCloseNotify);
        server.Compare($"{name}.VerifyCertificate", before.VerifyCertificate, after.VerifyCertificate);
        server.Compare($"{name}.VerifyHost", before.VerifyHost, after.VerifyHost);
        server.Compare($"{name}.ExpiryWarningDays", before.ExpiryWarningDays, after.ExpiryWarningDays);
    }

    private static void Compare(PropertyDiff server, string name, HttpUrl before, HttpUrl after)
    {
        server.Compare($"{name}.Path", before.Path, after.Path);
        server.Compare($"{name}.Digest", before.Digest, after.Digest);
        if (!before.StatusCodes.Equals(after.StatusCodes)) server.Set($"{name}.StatusCodes", string.Join(", ", before.StatusCodes), string.Join(", ", after.StatusCodes));
        server.Compare($"{name}.VirtualHost", before.VirtualHost, after.VirtualHost);
        server.Compare($"{name}.Regex", before.Regex, after.Regex);
        server.Compare($"{name}.RegexNoMatch", before.RegexNoMatch, after.RegexNoMatch);
        server.Compare($"{name}.RegexOptions", before.RegexOptions, after.RegexOptions);
        server.Compare($"{name}.RegexMinimumOffset", before.RegexMinimumOffset, after.RegexMinimumOffset);
        server.Compare($"{name}.RegexMaximumOffset", before.RegexMaximumOffset, after.RegexMaximumOffset);
        server.Compare($"{name}.TlsCompliant", before.TlsCompliant, after.TlsCompliant);
    }

    private static string Describe(HttpCheck check) => string.Join(", ", check.Urls.Select(u => u.Path));
}
