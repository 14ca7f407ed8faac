namespace HaTools.Engine.Notify;

/// <summary>Hears of notify scripts, FIFOs and mails. Called on the runner's thread.</summary>
internal interface INotifySink
{
    /// <summary>Something about the scripts of an object, or a FIFO, that belongs into the log.</summary>
    void OnNotifyLog(string subject, string message);

    /// <summary>A script failed, took too long, or cannot be run; a FIFO cannot be written to, or its reader is too slow; mails are not taken.</summary>
    void OnNotifyWarning(string subject, string message);
}
