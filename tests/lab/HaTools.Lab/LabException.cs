namespace HaTools.Lab;

/// <summary>
/// The lab itself did not work (a machine that did not come up, a command that must work and did not): not a verdict on what is tested.
/// </summary>
internal sealed class LabException(string message) : Exception(message);
