using HaTools.Engine.Checks.Tls;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Notify.Webhooks;

/// <summary>Puts what the files hold in the place of their names in what webhooks trust, before anything of a configuration is carried out.</summary>
internal static class WebhookFiles
{
    /// <summary>The configuration with what the files of CAs hold.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <returns>With the contents in it it is for those who deliver alone, neither to be shown nor to be compared.</returns>
    /// <exception cref="HaEngineException">A file cannot be read, or holds no CA; or this host has no TLS. Or it takes too long (see <see cref="FilePatience"/>).</exception>
    public static async Task<HaConfiguration> ReadAsync(HaConfiguration configuration)
    {
        List<Webhook> hooks = [];
        foreach (Webhook hook in configuration.Webhooks)
        {
            string what = $"webhook {hook.Name}";
            if (WebhookPlan.IsSecure(hook)) TlsFiles.RequireLibrary(what);
            hooks.Add(hook.Ca is not { } ca ? hook : hook with { Ca = await FilePatience.ReadAsync($"{what}: {ca}", () => TlsFiles.ReadAuthorities(what, ca)).ConfigureAwait(false) });
        }

        return hooks.Count == 0 ? configuration : configuration with { Webhooks = hooks.ToValueList() };
    }

    /// <summary>What the files make different, where the configuration says the same as before.</summary>
    /// <param name="before">The configuration in force.</param>
    /// <param name="contents">The same, as <see cref="ReadAsync"/> gave it.</param>
    /// <param name="wanted">The new one.</param>
    /// <param name="now">The same, as <see cref="ReadAsync"/> gives it.</param>
    public static IEnumerable<HaChange> Compare(HaConfiguration before, HaConfiguration contents, HaConfiguration wanted, HaConfiguration now)
    {
        foreach ((Webhook named, Webhook read) in wanted.Webhooks.Zip(now.Webhooks))
        {
            int i = before.Webhooks.ToList().FindIndex(b => b.Name == named.Name && b.Ca == named.Ca);
            if (i < 0 || contents.Webhooks[i].Ca == read.Ca) continue;
            yield return new HaChange
            {
                Action = HaChangeAction.Set,
                Kind = "Webhook",
                Id = named.Name,
                Property = nameof(Webhook.Ca),
                Before = $"{named.Ca} as it was",
                After = $"{named.Ca} as it is",
            };
        }
    }
}
