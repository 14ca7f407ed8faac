using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace HaTools.Engine.Checks.Tls;

/// <summary>What is wrong with a server's certificate, in words.</summary>
internal static class CertificateJudge
{
    private const int LongestName = 128;

    /// <summary>By what a chain is built: nothing is asked of the network, neither whether a certificate was revoked nor for one that is missing.</summary>
    /// <param name="verifies">Whether it matters; else the system's CAs need not be looked for.</param>
    /// <param name="authorities">The CAs that are trusted; null: the system's.</param>
    public static X509ChainPolicy Policy(bool verifies, X509Certificate2Collection? authorities)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (verifies && authorities is null) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        if (verifies) policy.CustomTrustStore.AddRange(authorities!);
        return policy;
    }

    /// <summary>Why it is not trusted; null: it is.</summary>
    /// <param name="certificate">The server's certificate.</param>
    /// <param name="chain">The chain from it to the CA, as far as it goes.</param>
    /// <param name="now">Now, UTC.</param>
    public static string? Distrust(X509Certificate2 certificate, X509Chain chain, DateTime now)
    {
        X509ChainStatusFlags all = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (flags, s) => flags | s.Status);
        if (all == X509ChainStatusFlags.NoError) return null;
        foreach (X509Certificate2 one in chain.ChainElements.Select(e => e.Certificate).Prepend(certificate))
        {
            string whose = one.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span) ? $"its certificate ({Name(one)})" : $"the certificate of its CA ({Name(one)})";
            if (one.NotAfter.ToUniversalTime() < now) return $"{whose} expired on {Date(one.NotAfter)}";
            if (one.NotBefore.ToUniversalTime() > now) return $"{whose} is not valid before {Date(one.NotBefore)}";
        }

        if ((all & X509ChainStatusFlags.UntrustedRoot) != 0 && chain.ChainElements.Count == 1) return $"its certificate ({Name(certificate)}) is not trusted: it has signed itself";
        if ((all & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            return $"its certificate ({Name(certificate)}) is not trusted: its issuer ({Printable(chain.ChainElements[^1].Certificate.Issuer)}) leads to no CA that is";
        return $"its certificate ({Name(certificate)}) is not trusted: {all}";
    }

    /// <summary>What a person should know of a certificate that ends soon, or has; null: nothing.</summary>
    /// <param name="certificate">The server's certificate.</param>
    /// <param name="days">What soon is.</param>
    /// <param name="now">Now, UTC.</param>
    public static string? Ending(X509Certificate2 certificate, int days, DateTime now)
    {
        DateTime end = certificate.NotAfter.ToUniversalTime();
        return end - now > TimeSpan.FromDays(days) ? null : $"its certificate ({Name(certificate)}) {(end < now ? "expired" : "expires")} on {Date(end)}";
    }

    /// <summary>A certificate's name, as a line can hold it.</summary>
    public static string Name(X509Certificate2 certificate) => Printable(certificate.Subject);

    private static string Printable(string name) => name.Length == 0 ? "no name" : HaTools.Printable.Of(name.Length > LongestName ? name[..LongestName] + "…" : name);

    private static string Date(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
