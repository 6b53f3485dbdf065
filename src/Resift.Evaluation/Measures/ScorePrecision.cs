namespace Resift.Evaluation;

/// <summary>In which precision the scores of a run are compared, which decides what is a tie.</summary>
public enum ScorePrecision
{
    /// <summary>As numbers of 64 bits, as trec_eval 10 reads them.</summary>
    Bits64,

    /// <summary>
    /// As numbers of 32 bits, as trec_eval 9 and pytrec_eval (and so BEIR and ir_measures) read them: scores that differ from the eighth
    /// digit on are ties, and ids decide.
    /// </summary>
    Bits32,
}
