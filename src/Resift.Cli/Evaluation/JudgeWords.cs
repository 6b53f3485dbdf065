namespace Resift.Cli;

/// <summary>Says who judged.</summary>
internal static class JudgeWords
{
    // Landis and Koch (1977) call it moderate from here; below, a judge says little about what people would say.
    private const double Moderate = 0.4;

    public static string Of(JudgeReport judge)
    {
        string unreadable = judge.Unreadable > 0 ? $", {Figures.Count(judge.Unreadable)} answers had no grade" : "";
        string tokens = judge.Tokens is { } count ? $" and {Figures.Count(count)} tokens" : "";
        string asked = $"{Figures.Count(judge.Judged)} pairs count by the grade of a language model ({Figures.Count(judge.Asked)} " +
            $"questions{tokens} this time{unreadable}).";
        return judge.Kappa is { } kappa
            ? $"{asked} On {Figures.Count(judge.Compared)} pairs that people judged too, Cohen's kappa is {Figures.Quality(kappa)}" +
                $"{(kappa < Moderate ? ", which is little: do not decide by these grades." : ".")}"
            : $"{asked} Nobody knows how far it agrees with people, who judged none of them.";
    }
}
