namespace Resift.Local.Inference;

/// <summary>One caller's work, as far as it is encoded and no thread has taken it yet.</summary>
/// <remarks>The queue's lock guards it.</remarks>
internal sealed class InferenceCall
{
    /// <summary>Gets the jobs that wait, the oldest first.</summary>
    public Queue<InferenceJob> Jobs { get; } = [];

    /// <summary>Gets or sets how many tokens the threads have taken so far.</summary>
    public long TokensTaken { get; set; }

    public long TokensWaiting => Jobs.Sum(job => job.Tokens);
}
