namespace HaTools.Configuration.Yaml;

/// <summary>Notify FIFOs.</summary>
internal sealed partial class YamlWriter
{
    private void NotifyFifo(string key, NotifyFifo? fifo)
    {
        if (fifo is null) return;
        if (fifo is { User: null, Script: null })
        {
            text.Value(key, fifo.Path);
            return;
        }

        text.Map(key, () =>
        {
            text.Value("path", fifo.Path);
            text.Value("user", fifo.User);
            NotifyScript("script", fifo.Script);
        });
    }
}
